// A verifier of its own: written from docs/reference/proofs.md, with `jose` and `canonicalize`.
// Given documents of one kind, it says what does not hold: one short name, or null.
import {createHash} from 'node:crypto'
import canonicalize from 'canonicalize'
import {compactVerify, decodeProtectedHeader, importJWK} from 'jose'

const ALGORITHMS = ['ES256', 'PS256', 'Ed25519']
const bytes = (text) => Buffer.from(text, 'utf8')
const hex = (text) => Buffer.from(text, 'hex')
const hash = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest()
const sha256 = (content) => hash(content).toString('hex')
const seconds = (moment) => Math.floor(Date.parse(moment) / 1000)

/** What does not hold, by its name. */
class Fault extends Error {}
const hold = (name, truth) => {
  if (!truth) throw new Fault(name)
}

/** The claims of *jws*, of the kind *typ*, verified with the key of *keys* that it names. */
async function claims(jws, typ, keys, {fromTheStart = true} = {}) {
  const header = decodeProtectedHeader(jws)
  hold('kind', header.typ === typ)
  const key = keys.find((one) => one.kid === header.kid)
  hold('unknown key', key && (key.role ?? 'proofs') === 'proofs')
  const {valid_from: first, valid_until: last, ...jwk} = key
  let verified
  try {
    verified = await compactVerify(jws, await importJWK(jwk, header.alg), {algorithms: ALGORITHMS})
  } catch {
    throw new Fault('signature')
  }
  const told = JSON.parse(Buffer.from(verified.payload).toString())
  hold('key not in use', !fromTheStart || !first || seconds(first) <= told.iat)
  hold('key not in use', !last || told.iat < Date.parse(last) / 1000)
  return told
}

/** The same as a list of plain keys, each with its time beside it. */
const of = (keys, organisation) =>
  keys
    .filter((one) => one.organisation === organisation)
    .map((one) => ({
      ...one.jwk, kid: one.kid, valid_from: one.valid_from, valid_until: one.valid_until,
    }))

async function agreement({proof, kept}) {
  hold('text', sha256(bytes(proof.signed_text)) === proof.terms_sha256)
  const said = JSON.parse(proof.signed_text)
  hold('text', canonicalize(said) === proof.signed_text)
  hold('another agreement', said.agreement === proof.agreement && said.version === proof.version)
  const roles = proof.signatures.map((one) => one.role).sort()
  hold('missing signature', canonicalize(roles) === '["owner","recipient"]')
  for (const one of proof.signatures) {
    hold('party', one.organisation === said.terms[one.role])
    const keys = of(kept ?? proof.keys, one.organisation)
    const told = await claims(one.jws, 'synergie-agreement+jwt', keys, {fromTheStart: false})
    hold('terms', told.terms_sha256 === proof.terms_sha256)
    hold('party', told.role === one.role && told.org === one.organisation)
    hold('another agreement', told.agreement === proof.agreement && told.version === proof.version)
    hold('moment', told.iat === seconds(one.signed_at))
  }
}

const LATER = {
  cell_scheme: null, direction: 'read', fields: [], consent_refs: [], recipient_clients: [],
  data_subject: 'legal_person',
}
const LATER_OF_SELECTOR = {series: [], light_points: [], purchases: [], perimeter: null}
const without = (value, later) =>
  Object.fromEntries(
    Object.entries(value).filter(
      ([name, one]) => !(name in later) || canonicalize(one) !== canonicalize(later[name]),
    ),
  )

/** The text that is signed, from the agreement as the API gives it. */
export function signedText({id, version, terms}) {
  const told = without(terms, LATER)
  told.selector = without(terms.selector, LATER_OF_SELECTOR)
  return canonicalize({agreement: id, version, terms: told})
}

async function plainAgreement({agreement: one, keys}) {
  const signed_text = signedText(one)
  const {id, version, terms_sha256, signatures} = one
  await agreement({proof: {agreement: id, version, signed_text, terms_sha256, signatures, keys}})
}

/** What the disclosures of an SD-JWT (RFC 9901) tell beside its signed *claims*, by name. */
function disclosed(claims, disclosures) {
  const found = {}
  for (const one of disclosures) {
    const digest = hash(bytes(one)).toString('base64url')
    hold('disclosure', (claims._sd ?? []).filter((known) => known === digest).length === 1)
    const [, name, value] = JSON.parse(Buffer.from(one, 'base64url').toString())
    hold('disclosure', !(name in claims) && !(name in found))
    found[name] = value
  }
  return found
}

async function receipt({receipt: text, file, jwks}) {
  const [jws, ...disclosures] = text.split('~')
  hold('disclosure', disclosures.length === 0 || disclosures.pop() === '')
  const told = await claims(jws, 'synergie-receipt+jwt', jwks.keys)
  const {sha256: digest} = {...told, ...disclosed(told, disclosures)}
  hold('content not shown', digest)
  hold('content', sha256(bytes(file)) === digest)
}

async function exported({manifest, receipt: given, head, files, jwks, theirs}) {
  const told = await claims(manifest, 'synergie-manifest+jwt', jwks.keys)
  for (const one of told.files) {
    hold('missing file', one.name in files)
    const content = Buffer.from(files[one.name], 'base64')
    hold('file', content.length === one.bytes && sha256(content) === one.sha256)
  }
  const said = await claims(given, 'synergie-receipt+jwt', theirs.keys)
  hold('receipt of another', said.iss === told.aud && said.aud === told.iss)
  hold('receipt of another', said.manifest_sha256 === sha256(bytes(manifest)))
  hold('files refused', said.files_ok)
  const top = await claims(head, 'synergie-sth+jwt', jwks.keys)
  hold('another head', top.tree_size === told.tree_size && top.root === told.root)
}

const SUM = [
  'cell', 'name', 'parent', 'insee_code', 'category', 'movements', 'n_points', 'energy_wh',
]
const only = (one, names) => Object.fromEntries(names.map((name) => [name, one[name] ?? null]))

async function publication({jws, record, jwks}) {
  const told = await claims(jws, 'synergie-publication+jwt', jwks.keys)
  hold('another publication', told.org === record.owner)
  hold('another publication', told.publication === `${record.scheme}-${record.energy}`)
  hold('another version', told.period === record.period && told.version === record.version)
  const cells = record.cells.map((one) => only(one, SUM))
  const hidden = record.hidden.map((one) => only(one, ['cell', 'name']))
  hold('sums', sha256(bytes(canonicalize({cells, hidden}))) === told.cells_sha256)
}

const node = (left, right) => hash(Buffer.from([1]), left, right)

/** RFC 9162 §2.1.3.2: the root that *path* leads to from *leaf*; null when it does not. */
function climbed(leaf, path, index, size) {
  if (index >= size) return null
  let [fn, sn, root] = [BigInt(index), BigInt(size - 1), leaf]
  for (const one of path) {
    if (sn === 0n) return null
    if (fn % 2n === 1n || fn === sn) {
      root = node(one, root)
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n]
    } else root = node(root, one)
    ;[fn, sn] = [fn / 2n, sn / 2n]
  }
  return sn === 0n ? root : null
}

/** RFC 9162 §2.1.4.2: the roots of both sizes that *path* leads to; null when it does not. */
function grown(first, second, top, path) {
  if (first === second) return path.length === 0 ? [top, top] : null
  const power = Math.log2(first) % 1 === 0
  const steps = power ? [top, ...path] : path
  if (steps.length === 0) return null
  let [fn, sn] = [BigInt(first - 1), BigInt(second - 1)]
  while (fn % 2n === 1n) [fn, sn] = [fn / 2n, sn / 2n]
  let [fr, sr] = [steps[0], steps[0]]
  for (const one of steps.slice(1)) {
    if (sn === 0n) return null
    if (fn % 2n === 1n || fn === sn) {
      ;[fr, sr] = [node(one, fr), node(one, sr)]
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n]
    } else sr = node(sr, one)
    ;[fn, sn] = [fn / 2n, sn / 2n]
  }
  return sn === 0n ? [fr, sr] : null
}

async function head({jws, tree_size: size, root, signed_at}, keys) {
  const told = await claims(jws, 'synergie-sth+jwt', keys)
  hold('head', told.tree_size === size && told.root === root)
  hold('moment', told.iat * 1000 === Date.parse(signed_at))
}

async function journal({record, inclusion, head: top, earlier, growth, jwks}) {
  await head(top, jwks.keys)
  const leaf = hash(Buffer.from([0]), hex(record.salt), bytes(record.record))
  hold('record', leaf.toString('hex') === record.leaf)
  hold('record', JSON.parse(record.record).seq === record.seq)
  hold('place', inclusion.seq === record.seq && inclusion.size === top.tree_size)
  const reached = climbed(leaf, inclusion.path.map(hex), inclusion.seq, inclusion.size)
  hold('place', reached?.toString('hex') === top.root)
  await head(earlier, jwks.keys)
  hold('growth', earlier.tree_size <= top.tree_size)
  hold('growth', growth.first === earlier.tree_size && growth.second === top.tree_size)
  const roots = grown(growth.first, growth.second, hex(earlier.root), growth.path.map(hex))
  hold('growth', roots?.[0].toString('hex') === earlier.root)
  hold('growth', roots?.[1].toString('hex') === top.root)
}

const KINDS = {agreement, plainAgreement, receipt, exported, publication, journal}

/** The name of what does not hold in documents of *kind*, or null when all does. */
export async function verdict(kind, documents) {
  try {
    await KINDS[kind](documents)
    return null
  } catch (error) {
    if (error instanceof Fault) return error.message
    throw error
  }
}
