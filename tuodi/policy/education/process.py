"""How student aid is handled: asked for at school, which checks and pays (社会救助暂行办法 第三十三条至第三十六条).

The text names no days; those here are test values. `bureau` is the school's and the education bureau's own officer.
"""

from __future__ import annotations

from tuodi.core.process import Limit
from tuodi.policy.handling import Stage, straight

TEST = "测试值，办法未定时限"

# Whoever is on the school roll has it: nobody applies, the school lists its pupils at the beginning of the term.
BY_ROLL = straight(
    "education.by_roll",
    "按学籍名单享受",
    Stage(
        "listing",
        "学校按学籍列名单",
        "bureau",
        "list",
        "报送名单",
        Limit(working_days=10, basis=TEST),
    ),
    Stage(
        "bureau_check",
        "教育部门核对",
        "bureau",
        "check",
        "核对名单",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
    Stage(
        "giving",
        "本学期落实",
        "bureau",
        "give",
        "落实到学生",
        Limit(days=60, rolls=True, basis=TEST),
    ),
)

# Hard-up pupils apply at school; the school judges, posts the list, the bureau checks, half is paid each term.
AT_SCHOOL = straight(
    "education.at_school",
    "在学校申请资助",
    Stage(
        "school_review",
        "学校评审",
        "bureau",
        "review",
        "提出资助名单",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
    Stage(
        "noticing",
        "校内公示",
        "system",
        "end_notice",
        "公示期满",
        Limit(working_days=5, basis=TEST),
        objection="school_review",
    ),
    Stage(
        "bureau_check",
        "教育部门审核",
        "bureau",
        "check",
        "审核名单",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
    Stage(
        "paying",
        "本学期发放",
        "bureau",
        "pay",
        "发放到学生资助卡",
        Limit(days=60, rolls=True, basis=TEST),
    ),
)

# A loan or a grant of the place the student comes from: the county's student-aid office decides, not the school.
AT_ORIGIN = straight(
    "education.at_origin",
    "在生源地县级学生资助机构申请",
    Stage(
        "origin_review",
        "县级学生资助机构审核",
        "bureau",
        "review",
        "审核通过",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
    Stage(
        "settling",
        "签订合同、录入回执或拨付",
        "bureau",
        "settle",
        "办理完毕",
        Limit(days=60, rolls=True, basis=TEST),
    ),
)

# A child who cannot come to school: the federation and the school look at it together, the county decides on a plan.
AT_HOME = straight(
    "education.at_home",
    "送教上门",
    Stage(
        "assessing",
        "学校会同残联评估",
        "bureau",
        "assess",
        "提出安置意见",
        Limit(working_days=15, basis=TEST),
    ),
    Stage(
        "bureau_check",
        "教育部门确定",
        "bureau",
        "place",
        "确定送教学校和课时",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
