/** Known-answer vectors by name. */
import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../vectors/sgp32/', import.meta.url)

interface VectorFile {
  readonly vectors?: readonly { readonly name: string; readonly hex?: string }[]
}

/** The octets, hex. @throws when there is no such vector */
export function vectorNamed(name: string): string {
  for (const file of readdirSync(FOLDER).filter((each) => each.endsWith('.json'))) {
    const { vectors = [] } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as VectorFile
    const hex = vectors.find((vector) => vector.name === name)?.hex
    if (hex !== undefined) return hex
  }
  throw new RangeError(`there is no vector ${name}`)
}
