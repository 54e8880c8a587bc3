"""Findings as rows, rows as a table."""
import dataclasses

COLUMNS = ("entries", "titles", "links", "dates", "authors")
SHOWN_PROBLEMS = 12  # of one row; the rest is counted


@dataclasses.dataclass
class Row:
    name: str
    version: str = "-"
    counts: dict = dataclasses.field(default_factory=dict)  # column to "25/26"
    remarks: list = dataclasses.field(default_factory=list)
    problems: list = dataclasses.field(default_factory=list)

    def require(self, is_right, problem):
        if not is_right:
            self.problems.append(problem)
        return is_right

    def cells(self):
        remark = "; ".join(self.remarks)
        if self.problems:
            remark = f"FAILED ({len(self.problems)})" + (": " + remark if remark else "")
        return [self.name, self.version, *(self.counts.get(column, "-") for column in COLUMNS), remark or "-"]


def print_table(rows):
    print("| reader | version | " + " | ".join(COLUMNS) + " | remark |")
    print("| --- | --- | " + "--- | " * len(COLUMNS) + "--- |")
    for row in rows:
        print("| " + " | ".join(cell.replace("|", "/") for cell in row.cells()) + " |")


def print_report(rows):
    """Returns the number of rows with problems."""
    print_table(rows)
    print()
    for row in rows:
        for problem in row.problems[:SHOWN_PROBLEMS]:
            print(f"{row.name}: {problem}")
        if len(row.problems) > SHOWN_PROBLEMS:
            print(f"{row.name}: and {len(row.problems) - SHOWN_PROBLEMS} more")
    failed = sum(bool(row.problems) for row in rows)
    print(f"{len(rows) - failed} passed, {failed} failed")
    return failed
