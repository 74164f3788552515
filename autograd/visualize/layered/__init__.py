"""The steps of a layered drawing (Sugiyama, Tagawa, Toda 1981): ranks, orders in the layers, coordinates."""
