// What the verifier says of each case that the test gives.
import {answer, given} from './given.mjs'
import {verdict} from './verifier.mjs'

const found = {}
for (const [name, {kind, documents}] of Object.entries(given)) found[name] = await verdict(kind, documents)
answer(found)
