// RFC 8785 for what we sign: members in order of their UTF-16 names; JSON.stringify does the rest.
import {createHash} from 'node:crypto'

const ordered = (value) => {
  if (Array.isArray(value)) return value.map(ordered)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name])]))
}

/** SHA-256 of the canonical bytes of *value*, in hexadecimal. */
export const digest = (value) =>
  createHash('sha256').update(JSON.stringify(ordered(value))).digest('hex')
