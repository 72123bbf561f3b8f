def test_the_card_says_what_how_well_and_what_not(small_tool, shy_tool):
    text = small_tool.card()
    assert "Types customers into 3 segments (0, 1, 2)." in text
    assert "Fields: age, income, region, plan, online." in text
    assert f"kappa {small_tool.evaluation_.kappa:.2f}" in text
    assert "Everyone is tagged, however unsure." in text
    assert "For sizes use segment_mix, not counts of tags." in text
    assert "Untagged below a probability of 0.55" in shy_tool.card()
