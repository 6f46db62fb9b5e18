from engine.study import catalogue


def test_lists_are_in_the_order_people_read():
    found = catalogue()
    assert found.samplers[0].name == "auto"
    assert found.pruners[0].name == "none"
    for entries in (found.samplers[1:], found.pruners[1:], found.families):
        titles = [entry.title.lower() for entry in entries]
        assert titles == sorted(titles)
