"""Brings models in: the catalogue, the download, the archive, and the folder that they are kept in.

``models get`` is the only thing in the program that uses the network.
"""
