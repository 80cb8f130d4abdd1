// A query of Grafana's Infinity source (JSON, backend parser) run as its form says: the address is
// fetched, the root and each column are selected by JSONata, and the columns become fields.
import jsonata from 'jsonata'
import {answer, given} from './given.mjs'

/** What Grafana puts in place of its variables before it asks. */
const filled = (text) => text.replace(/\$\{__(from|to):date(?::iso)?\}/g, (_, end) =>
  encodeURIComponent(given[end])).replace(/\$\{__(from|to)\}/g, (_, end) => Date.parse(given[end]))

const CONVERTED = {
  string: (value) => String(value),
  number: (value) => (typeof value === 'number' ? value : null),
  timestamp: (value) => {
    const moment = Date.parse(value)
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value)) return null
    return moment
  },
}
const select = (selector, data) => jsonata(selector).evaluate(data)

const {query} = given
const found = await fetch(filled(query.url), {method: query.url_options.method})
if (!found.ok) {
  answer({status: found.status})
} else {
  const data = await found.json()
  const root = query.root_selector ? await select(query.root_selector, data) : data
  const fields = await Promise.all(query.columns.map(async ({selector, text, type}) => ({
    name: text,
    type,
    values: await Promise.all([...root].map(async (row) => {
      const value = await select(selector, row)
      return value === undefined || value === null ? null : CONVERTED[type](value)
    })),
  })))
  answer({status: found.status, type: found.headers.get('content-type'), fields})
}
