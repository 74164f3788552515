"""Floor 5: what HIPS/autograd's own vocabulary means here; the modules with its names only hand it on."""
