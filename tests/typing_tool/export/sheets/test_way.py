from segkit.typing_tool.export.sheets.way import ANSWERS, Person


def test_working_cells_of_a_person_stand_side_by_side_or_below_each_other():
    across = Person(["$D$5"], "$D$5:$D$5", "$E$5:$E$5", lambda i: f"${'KLMN'[i]}$5")
    assert across.owns(1, 3) == "$L$5:$N$5"
    down = Person(["$D$5"], "$D$5:$D$5", "$E$5:$E$5", lambda i: f"$G${5 + i}")
    assert down.owns(0, 1) == "$G$5:$G$5"
    assert down.owns(2, 2) == "$G$7:$G$8"


def test_the_answers_are_those_of_a_tagged_base():
    assert ANSWERS == ("segment", "probability", "second", "reason")
