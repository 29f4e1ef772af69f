"""申请登记表.xlsx: generated from the field dictionary, read back with every fault named, written back with the faults in it.

Sheets 家庭, 成员, 收入, 财产, 支出, 需求, 授权, 近亲属备案; a family is held together by its 户编号, a person by 户编号 and 姓名
(and 成员序号 where two share a name). One flat table (CSV) with the same headings is read as well. Reading never writes
to the database; `imports` does, all families or none.
"""

from tuodi.delivery.intake.workbook.form import FIRST_ROW, HEAD_ROW
from tuodi.delivery.intake.workbook.marking import with_faults
from tuodi.delivery.intake.workbook.reading import Reading, read
from tuodi.delivery.intake.workbook.writing import FamilyRows, filled, template

__all__ = ["FIRST_ROW", "HEAD_ROW", "FamilyRows", "Reading", "filled", "read", "template", "with_faults"]
