/** Runs the known-answer vectors of the folder in SGP32_VECTORS, or of the project's copy; the exit code tells. */
import { fileURLToPath } from 'node:url'
import { checkVectors } from './check-vectors.ts'

const own = fileURLToPath(new URL('sgp32', import.meta.url))
const verdicts = await checkVectors(process.env.SGP32_VECTORS || own)
const failed = verdicts.filter((verdict) => verdict.problem !== undefined)
for (const { name, problem } of failed) console.log(`${name}: ${problem}`)
console.log(`${verdicts.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length > 0 ? 1 : 0
