"""The procedures of determination: the dated tables of the policy, gathered where the house looks for a room's processes."""

from tuodi.policy.procedures import PROCEDURES

PROCESSES = tuple(
    table
    for procedure in PROCEDURES
    for table in (procedure.process, procedure.township)
    if table is not None
)
