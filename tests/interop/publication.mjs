// What `jose` makes of the signature of published sums, and their digest made of the record here.
import {createLocalJWKSet, compactVerify} from 'jose'
import {digest} from './canonical.mjs'
import {answer, given} from './given.mjs'

const SUM = [
  'cell', 'name', 'parent', 'insee_code', 'category', 'movements', 'n_points', 'energy_wh',
]
const only = (one, names) => Object.fromEntries(names.map((name) => [name, one[name]]))

const keys = createLocalJWKSet(given.jwks)
const algorithms = ['ES256', 'Ed25519']
const {protectedHeader, payload} = await compactVerify(given.jws, keys, {algorithms})
answer({
  header: protectedHeader,
  payload: JSON.parse(new TextDecoder().decode(payload)),
  digest: digest({
    cells: given.record.cells.map((one) => only(one, SUM)),
    hidden: given.record.hidden.map((one) => only(one, ['cell', 'name'])),
  }),
})
