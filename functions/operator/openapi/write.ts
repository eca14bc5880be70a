/** `npm run openapi`: writes the OpenAPI document that the Worker serves, formatted like all the tree. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openApiDocument } from './document.ts'

const file = fileURLToPath(new URL('openapi.json', import.meta.url))
writeFileSync(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`)
execFileSync('biome', ['format', '--write', file])
