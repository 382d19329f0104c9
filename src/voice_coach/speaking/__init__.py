"""The mouth: from what to say to audio."""
