"""The steps of a layered drawing (Sugiyama, Tagawa, Toda 1981): ranks, order inside the layers, coordinates."""
