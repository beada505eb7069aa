#!/usr/bin/env python3
"""An independent check of what khaosat publishes: no line of khaosat's code, Python's standard library only.

  independent_check.py FILE…       public bundle, inspector's bundle, proof of a receipt, in any number and order

Recomputes digests, Ed25519 signatures (RFC 8032), Merkle trees and proofs (RFC 9162, 2.1), indexes from their weighted
numerators and denominators, intervals (Korn & Graubard 1998, with khaosat's floor), ranks (Klein, Wright & Wieczorek 2020),
and from an inspector's records the base weights, the raking and the weighted sums. Prints a line for each; exit 1 if any
does not agree.
"""
import base64, collections, hashlib, json, math, sys

sha = lambda b: hashlib.sha256(b).digest()
canon = lambda o: json.dumps(o, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
faults = []

def say(good, what):
    print(("ok    " if good else "FAULT ") + what)
    if not good:
        faults.append(what)

# Ed25519: RFC 8032, 5.1, in affine steps kept simple.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)

def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    A, B, C, E = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P, 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = B - A, E - C, E + C, B + A
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(n, point):
    result = (0, 1, 1, 0)
    while n:
        result = add(result, point) if n & 1 else result
        point, n = add(point, point), n >> 1
    return result

def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x * ROOT % P if (x * x - x2) % P else x
    if (x * x - x2) % P:
        raise ValueError("no point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

BASE = point(bytes.fromhex("58" + "66" * 31))

def verified(key, message, signature):
    try:
        a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    except ValueError:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    (x1, y1, z1, _), (x2, y2, z2, _) = times(s, BASE), add(r, times(h, a))
    return s < L and (x1 * z2 - x2 * z1) % P == 0 and (y1 * z2 - y2 * z1) % P == 0

def b64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

def signed(jws, message, keys):
    header, _, signature = jws.partition("..")
    key = keys.get(json.loads(b64(header)).get("kid"))
    text = f"{header}.{base64.urlsafe_b64encode(message).decode().rstrip('=')}".encode()
    return bool(key) and verified(key, text, b64(signature))

# Merkle trees: RFC 9162, 2.1.
leaf_hash = lambda data: sha(b"\0" + data)
node = lambda left, right: sha(b"\1" + left + right)

def tree_root(hashes):
    while len(hashes) > 1:
        pairs = [node(*hashes[i : i + 2]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(pairs) * 2 :]
    return hashes[0] if hashes else b""

def included(leaf, inclusion, root):
    fn, sn, r = inclusion["number"], inclusion["size"] - 1, leaf
    for p in map(bytes.fromhex, inclusion["path"]):
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root

def grew(proof, old, new):
    first, second, path = proof["from"], proof["to"], [bytes.fromhex(p) for p in proof["path"]]
    if first == second:
        return not path and old == new
    if first & (first - 1) == 0:
        path = [old] + path
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old and sr == new

def leaf(kind, round_, day, receipt, commitment):
    return f"khaosat leaf 1\n{kind}\n{round_}\n{day}\n{receipt}\n{commitment}\n".encode()

def inc_beta(x, a, b):
    """Regularised incomplete beta function by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - inc_beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    f = c = 1.0
    d = 0.0
    for i in range(1000):
        m = i // 2
        num = 1.0 if i == 0 else m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)) if i % 2 == 0 else \
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + num * d or 1e-300)
        c = 1 + num / c or 1e-300
        f *= c * d
        if i and abs(c * d - 1) < 1e-16:
            break
    return front * (f - 1)

def solve(function, low, high):
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2

def beta_quantile(a, b, p):
    if a <= 0 or b <= 0:
        return 0.0 if a <= 0 else 1.0
    return solve(lambda x: inc_beta(x, a, b) - p, 0.0, 1.0)

def t_quantile(confidence, df):
    if df < 1:
        return math.nan
    x = beta_quantile(df / 2, 0.5, 1 - confidence)  # P(|T| > t) = I_x(df/2, 1/2) with x = df / (df + t²)
    return math.sqrt(df * (1 - x) / x)

def interval(f, effect, confidence):
    p, m = min(max(f["index"], 0), 1), f["effective_n"] / effect
    if f["se"] > 0 and 0 < p < 1:
        m = min(m, p * (1 - p) / f["se"] ** 2)
    m *= (t_quantile(confidence, f["n"] - 1) / t_quantile(confidence, f["df"])) ** 2
    if not m > 0:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    return beta_quantile(p * m, m - p * m + 1, tail), beta_quantile(p * m + 1, m - p * m, 1 - tail)

def effect_of(f):
    p = f["index"]
    d = f["se"] ** 2 * f["effective_n"] / (p * (1 - p)) if 0 < p < 1 else 0
    return d if d > 0 else 1.0

def near(a, b, tolerance=1e-8):
    return abs(a - b) <= tolerance * max(1, abs(a), abs(b))

def check_group(name, group, rules):
    shown = lambda f: f["index"] is not None
    units, factors = group["units"], range(len(group["factors"]))
    sets = [(None, [u["figure"] for u in units] + [group["overall"]])]
    sets += [(i, [u["factors"][i]["figure"] for u in units] + [group["factors"][i]["figure"]]) for i in factors]
    count = 0
    for _, figures in sets:
        whole = figures[-1]
        for f in filter(shown, figures):
            count += 1
            if not near(f["numerator"] / f["denominator"], f["index"]):
                say(False, f"{name}: {f['index']} is not its ratio")
            if shown(whole):
                low, high = interval(f, effect_of(whole), rules["confidence"])
                if not (near(low, f["low"], 1e-6) and near(high, f["high"], 1e-6)):
                    say(False, f"{name}: interval of {f['index']}: {low} to {high}, published {f['low']} to {f['high']}")
    say(True, f"{name}: {count} indexes and their intervals computed again")
    ranked = [u for u in units if u["rank"]]
    if not ranked:
        return
    joint = rules["confidence"] ** (1 / len(ranked))
    spans = [interval(u["figure"], effect_of(group["overall"]), joint) for u in ranked]
    withheld = len(units) - len(ranked)
    for u, (low, high) in zip(ranked, spans):
        mine = {"rank": 1 + sum(o["figure"]["index"] > u["figure"]["index"] for o in ranked),
                "low": 1 + sum(o[0] > high for o in spans),
                "high": len(ranked) - sum(o[1] < low for o in spans) + withheld, "of": len(units)}
        if mine != u["rank"]:
            say(False, f"{name}: rank of {u['code']}: {mine}, published {u['rank']}")
    say(True, f"{name}: {len(ranked)} ranks with their intervals computed again")

def check_publication(p, keys):
    raw = p["bytes"].encode()
    document = json.loads(raw)
    say(sha(raw).hex() == p["digest"], f"publication {document['number']}: digest")
    if keys:
        say(signed(p["signature"], raw, keys), f"publication {document['number']}: signature")
    for name in ("official", "indicative"):
        check_group(name, document["figures"][name], document["rules"])
    return document

def check_head(head, keys):
    if keys and not signed(head["signature"], canon(head["statement"]), keys):
        say(False, f"head over {head['statement']['size']} leaves: signature")
    return bytes.fromhex(head["statement"]["root"])

def check_public(bundle, keys):
    for p in bundle["publications"]:
        check_publication(p, keys)
    heads = bundle["heads"]["heads"][::-1]
    roots = [check_head(h, keys) for h in heads]
    for proof, old, new in zip(bundle["growth"], roots, roots[1:]):
        say(grew(proof, old, new), f"the tree of {proof['to']} leaves begins with that of {proof['from']}")
    say(len(bundle["growth"]) == max(0, len(heads) - 1), f"{len(heads)} heads, each signed" if keys else f"{len(heads)} heads")

def check_inspector(bundle, keys):
    document, seal, lines = check_publication(bundle["publication"], keys), bundle["seal"], bundle["inputs"]["records"]
    outcome = json.loads(seal["outcome"])
    say(sha(canon(bundle["inputs"])).hex() == document["inputs"]["bundle"], "inputs are those the publication names")
    say(tree_root([leaf_hash(line.encode()) for line in lines]).hex() == outcome["records"], f"{len(lines)} records: sealed root")
    text = seal["outcome"].encode()
    commitment = sha(b"khaosat commitment 1\n" + bytes.fromhex(seal["salt"]) + len(text).to_bytes(8, "big") + text)
    root = check_head(seal["head"], keys)
    mine = leaf_hash(leaf("sealed", document["round"], seal["day"], "", commitment.hex()))
    say(included(mine, seal["inclusion"], root), "the seal is under the signed head")
    code = {u["number"]: u["code"] for u in bundle["inputs"]["units"]}
    check_weights(document, [json.loads(line) for line in lines], code)

def check_weights(document, records, code):
    """Raking (Deming & Stephan 1940) to the published totals; Σ w and each margin's reached total compared."""
    weighting, rules = document["figures"]["official"]["weighting"], document["rules"]
    if not weighting:
        return
    rows = [r for r in records if r[2] in ("ticket", "invitation", "drawn_paper") and not r[10]]
    of_unit = collections.Counter(r[1] for r in rows)
    rows = [r for r in rows if of_unit[r[1]] >= max(rules["minimum_sample"], rules["suppression_threshold"])]
    say(len(rows) == weighting["n"], f"{len(rows)} records are weighed")
    value = {"unit": lambda r: code[r[1]], "service": lambda r: r[3], "sex": lambda r: r[4], "age_group": lambda r: r[5]}
    weights, cells, totals = [max(r[7], 1) / max(r[8], 1) for r in rows], [], []
    for m in weighting["margins"]:
        labels, joined = [c["category"] for c in m["categories"]], dict(m["joined"])
        def category(r, m=m, labels=labels, joined=joined):
            v = value[m["variable"]](r)
            while v in joined and v not in labels:
                v = joined[v]
            return v if v in labels else "not_stated"
        cells.append([category(r) for r in rows])
        totals.append({c["category"]: c["total"] for c in m["categories"]})
    for _ in range(2000):
        worst = 0.0
        for cell, total in zip(cells, totals):
            sums = dict.fromkeys(total, 0.0)
            for c, w in zip(cell, weights):
                sums[c] += w
            factor = {c: total[c] / s if s else 1.0 for c, s in sums.items()}
            worst = max([worst] + [abs(f - 1) for f in factor.values()])
            weights = [w * factor[c] for c, w in zip(cell, weights)]
        if worst < 1e-12:
            break
    mean, trim = math.fsum(weights) / len(weights), rules.get("trim") or {"lower": 0, "upper": math.inf}
    low, high = trim["lower"] * mean, trim["upper"] * mean
    while not all(inside := [low <= w <= high for w in weights]):  # what is cut is shared among the rest, as R's trimWeights
        cut = [min(max(w, low), high) for w in weights]
        share = (math.fsum(weights) - math.fsum(cut)) / sum(inside)
        weights = [c + share * i for c, i in zip(cut, inside)]
    say(near(math.fsum(weights), weighting["sum"], 1e-6), f"{len(rows)} weights raked again: their sum")
    say(near(max(weights), weighting["max"], 1e-5) and near(min(weights), weighting["min"], 1e-5), "least and greatest weight")

def check_proof(proof, keys):
    l = proof["leaf"]
    data = leaf("response", l["round"], l["day"], l["receipt_sha256"], l["commitment"])
    say(leaf_hash(data).hex() == proof["promise"]["leaf_hash"], "the promise is about this leaf")
    if keys:
        say(signed(proof["promise_signature"], canon(proof["promise"]), keys), "promise: signature")
    if proof["head"]:
        say(included(leaf_hash(data), proof["inclusion"], check_head(proof["head"], keys)), "the answer is under the signed head")

CHECKS = {"khaosat public bundle 1": check_public, "khaosat inspector bundle 1": check_inspector,
          "khaosat receipt proof 1": check_proof}
files = [json.load(open(name, encoding="utf-8")) for name in sys.argv[1:]]
keys = {k["kid"]: b64(k["x"]) for f in files for k in f.get("keys", [])}
for f in files:
    if f.get("type") in CHECKS:
        CHECKS[f["type"]](f, keys)
sys.exit(1 if faults or not files else 0)
