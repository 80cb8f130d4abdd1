// What another program makes of a record of the journal: its hash, its place, the signed head.
import {createHash} from 'node:crypto'
import {createLocalJWKSet, jwtVerify} from 'jose'
import {answer, given} from './given.mjs'

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest()
const hex = (text) => Buffer.from(text, 'hex')
const [ZERO, ONE] = [Buffer.from([0]), Buffer.from([1])]

/** RFC 9162 §2.1.3.2, by halves: the root over *size* leaves, one of which is at *index*. */
const climb = (leaf, index, size, path) => {
  if (size === 1) return path.length === 0 ? leaf : null
  let half = 1
  while (half * 2 < size) half *= 2
  const near = path.slice(0, -1)
  const other = path[path.length - 1]
  if (other === undefined) return null
  if (index < half) {
    const left = climb(leaf, index, half, near)
    return left && sha256(ONE, left, other)
  }
  const right = climb(leaf, index - half, size - half, near)
  return right && sha256(ONE, other, right)
}

const keys = createLocalJWKSet(given.jwks)
const {payload} = await jwtVerify(given.head.jws, keys, {
  algorithms: ['ES256', 'PS256', 'Ed25519'],
  typ: 'synergie-sth+jwt',
  issuer: given.issuer,
})
const leaf = sha256(ZERO, hex(given.kept.salt), Buffer.from(given.kept.record, 'utf8'))
const path = given.proof.path.map(hex)
const root = climb(leaf, given.kept.seq, payload.tree_size, path)
answer({
  leaf: leaf.toString('hex'),
  root: root?.toString('hex') ?? null,
  signed: payload.root,
  record: JSON.parse(given.kept.record),
})
