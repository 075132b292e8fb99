"""Charsmaps as sentencepiece writes them, for the scripts that make golden vectors: a double array in the form of darts-clone, then
the replacements. No script of its own."""
import base64
import struct


def double_array(keys):
    """keys: {bytes: value}. Units of 32 bits; their number is a multiple of 256."""
    root = {}
    for key, value in keys.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[-1] = value
    units, used = {0: 0}, {0}
    todo, free = [(0, root)], 1
    while todo:
        at, node = todo.pop(0)
        labels = [b for b in node if b >= 0]
        base = free
        while any((base ^ b) in used for b in labels + [0]) or base >= 1 << 21:
            base += 1
        while free in used:
            free += 1
        units[at] |= (at ^ base) << 10 | (256 if -1 in node else 0)
        used.add(base)
        units[base] = 1 << 31 | node[-1] if -1 in node else 0
        for b in labels:
            used.add(base ^ b)
            units[base ^ b] = b
            todo.append((base ^ b, node[b]))
    return [units.get(i, 0) for i in range((max(units) // 256 + 1) * 256)]


def charsmap(rules):
    """rules: {text: replacement}. The bytes of a precompiled_charsmap."""
    blob, keys = b"", {}
    for text, replacement in rules.items():
        keys[text.encode()] = len(blob)
        blob += replacement.encode() + b"\0"
    units = double_array(keys)
    return struct.pack("<I", 4 * len(units)) + struct.pack(f"<{len(units)}I", *units) + blob


def normalizer_json(rules):
    return {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap(rules)).decode()}
