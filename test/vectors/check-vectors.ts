/** Checks a folder of known-answer vectors, one verdict each. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { checkLenient } from './check-lenient.ts'
import { checkPlain } from './check-plain.ts'
import { checkSignature } from './check-signature.ts'
import type { Keys, LenientVector, SignatureVector, Vector } from './vector.ts'

export interface Verdict {
  /** File and vector. */
  readonly name: string
  /** What is wrong; undefined when the vector holds. */
  readonly problem: string | undefined
}

interface VectorFile {
  readonly format?: string
  readonly vectors?: readonly Vector[]
  readonly keys?: Keys
}

/** Every vector of every JSON file in `folder`, in order. */
export async function checkVectors(folder: string): Promise<readonly Verdict[]> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ file, content: readVectorFile(path.join(folder, file)) }))
  const keys: Keys = Object.assign({}, ...files.map(({ content }) => content.keys ?? {}))
  const verdicts: Verdict[] = []
  for (const { file, content } of files) {
    for (const vector of content.vectors ?? []) {
      const problem = await problemOf(content.format ?? '', vector, keys)
      verdicts.push({ name: `${file} ${vector.name}`, problem })
    }
  }
  return verdicts
}

function readVectorFile(file: string): VectorFile {
  return JSON.parse(readFileSync(file, 'utf8'))
}

async function problemOf(format: string, vector: Vector, keys: Keys): Promise<string | undefined> {
  try {
    if (format.startsWith('sgp32-lenient')) checkLenient(vector as LenientVector)
    else if (format.startsWith('sgp32-signatures')) await checkSignature(vector as SignatureVector, keys)
    else checkPlain(vector)
    return undefined
  } catch (error) {
    return String(error)
  }
}
