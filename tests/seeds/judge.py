"""What holds for the figures of every section."""


def unchecked(section, found):
    """The figures that no order of the section names."""
    return found.keys() - {term for order in section.orders for term in order if isinstance(term, str)}
