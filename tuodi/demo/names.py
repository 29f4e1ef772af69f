"""Invented names that fit the place: Han, Dai, Jingpo, Achang, Lisu and De'ang. No real person is meant."""

from __future__ import annotations

from random import Random

HAN_SURNAMES = "杨李张王赵刘陈段尹寸番黄周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯曾彭蒋蔡余杜叶程苏魏吕丁沈任姚卢傅钟姜谭廖范汪石"
HAN_MALE = [
    "建国",
    "志明",
    "永强",
    "家富",
    "正荣",
    "发旺",
    "永生",
    "国兴",
    "兴华",
    "绍文",
    "朝阳",
    "云飞",
    "文斌",
    "加林",
    "自友",
    "德昌",
    "世荣",
    "开明",
    "应祥",
    "思源",
    "浩然",
    "宇轩",
    "子豪",
    "俊杰",
    "天佑",
]
HAN_FEMALE = [
    "秀英",
    "桂兰",
    "玉珍",
    "小梅",
    "春燕",
    "丽华",
    "美仙",
    "翠萍",
    "金凤",
    "会仙",
    "兰芬",
    "改芝",
    "云芳",
    "红艳",
    "雪梅",
    "晓燕",
    "婷婷",
    "欣怡",
    "诗涵",
    "雨桐",
    "梓萱",
    "佳慧",
    "美玲",
    "素芬",
    "琼仙",
]
RARE_GIVEN = ["喆", "垚", "玥", "燚", "堃", "㛃", "䶮", "𠮷"]

DAI_SURNAMES = ["刀", "罕", "方", "思", "线", "管", "俸", "金"]
DAI_MALE = [
    "岩",
    "岩旺",
    "岩保",
    "岩相",
    "岩团",
    "岩所",
    "小二",
    "小四",
    "大宝",
    "晃",
    "恩",
    "保",
    "旺",
    "团",
]
DAI_FEMALE = [
    "玉",
    "玉香",
    "玉旺",
    "玉波",
    "玉罕",
    "月",
    "月恩",
    "喊",
    "喊晃",
    "二喊",
    "兴",
    "宝",
    "相",
    "艾",
]

JINGPO_SURNAMES = ["排", "岳", "何", "勒", "梅", "孔", "尚", "雷", "木", "恩昆", "唐", "石"]
JINGPO_MALE = ["早山", "早弄", "麻干", "麻诺", "麻堵", "勒干", "勒弄", "勒都", "腊", "干", "弄", "南", "当"]
JINGPO_FEMALE = ["木果", "木鲁", "木锐", "木兰", "麻果", "麻鲁", "麻锐", "果", "鲁", "锐", "途", "木盖"]

ACHANG_SURNAMES = ["曹", "们", "赵", "雷", "孙", "梁", "郎", "张", "石", "囊"]
LISU_SURNAMES = ["余", "麻", "密", "蔡", "早", "胡", "熊", "李"]
LISU_GIVEN_M = ["三", "四", "阿普", "阿三", "加四", "文学", "忠", "大", "五才"]
LISU_GIVEN_F = ["四妹", "阿娜", "三妹", "木玉", "阿此", "二妹", "大妹"]
DEANG_SURNAMES = ["赵", "李", "杨", "王", "邵", "何", "段"]
DEANG_GIVEN_M = ["腊退", "腊果", "二腊", "岩板", "腊三", "玉门", "岩所"]
DEANG_GIVEN_F = ["玉腊", "腊英", "玉旺", "木腊", "玉木", "艾蓝"]

MYANMAR = ["玛丹达", "玛钦瑞", "南莫", "玛敏敏", "木果苗"]

HAN, DAI, LISU, JINGPO, ACHANG, DEANG = "01", "18", "20", "28", "39", "46"


def surname(random: Random, ethnicity: str) -> str:
    """A surname usual among a people of Dehong (GB/T 3304 code)."""
    pools = {
        DAI: DAI_SURNAMES,
        JINGPO: JINGPO_SURNAMES,
        ACHANG: ACHANG_SURNAMES,
        LISU: LISU_SURNAMES,
        DEANG: DEANG_SURNAMES,
    }
    return random.choice(pools.get(ethnicity, HAN_SURNAMES))


def given(random: Random, ethnicity: str, sex: str) -> str:
    """A given name: half of the younger minorities carry Han ones, as people do."""
    male = sex == "1"
    if ethnicity == HAN or random.random() < 0.4:
        if random.random() < 0.01:
            return random.choice(RARE_GIVEN)
        return random.choice(HAN_MALE if male else HAN_FEMALE)
    pools = {
        DAI: (DAI_MALE, DAI_FEMALE),
        JINGPO: (JINGPO_MALE, JINGPO_FEMALE),
        LISU: (LISU_GIVEN_M, LISU_GIVEN_F),
        DEANG: (DEANG_GIVEN_M, DEANG_GIVEN_F),
    }
    men, women = pools.get(ethnicity, (HAN_MALE, HAN_FEMALE))
    return random.choice(men if male else women)


# Which peoples live where (policy notes, section 19): basins Dai, hills Jingpo, and the five ethnic townships.
_BY_TOWNSHIP = {
    "533124201": ACHANG,
    "533122204": ACHANG,
    "533122205": ACHANG,
    "533103205": DEANG,
    "533123205": LISU,
    "533124104": JINGPO,
    "533124205": JINGPO,
    "533123207": JINGPO,
    "533123106": JINGPO,
    "533103203": JINGPO,
    "533103206": JINGPO,
    "533103102": DAI,
    "533103105": DAI,
    "533123104": DAI,
    "533124101": DAI,
    "533102104": DAI,
    "533102103": DAI,
}


def ethnicity(random: Random, township: str) -> str:
    """The people of a family of a township, as a GB/T 3304 code."""
    local = _BY_TOWNSHIP.get(township)
    if local and random.random() < 0.62:
        return local
    return random.choices([HAN, DAI, JINGPO, ACHANG, LISU, DEANG], [52, 28, 11, 3, 3, 2])[0]
