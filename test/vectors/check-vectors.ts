/** Checks a folder of known-answer vectors, one verdict each. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { checkKey } from './check-key.ts'
import { checkLenient } from './check-lenient.ts'
import { checkPlain } from './check-plain.ts'
import { checkSignature } from './check-signature.ts'
import type { Keys, LenientVector, PlainVector, SignatureVector } from './vector.ts'

export interface Verdict {
  /** File and vector. */
  readonly name: string
  /** What is wrong; undefined when the vector holds. */
  readonly problem: string | undefined
}

interface VectorFile {
  readonly file: string
  /** Parsed JSON, or the error that kept it from being parsed. */
  readonly content: unknown
}

/** One thing to be tried, and its name within the file. */
type Check = readonly [name: string, check: () => void | Promise<void>]

/** Every vector of every JSON file in `folder`, in order. What is not understood counts as failed. */
export async function checkVectors(folder: string): Promise<readonly Verdict[]> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ file, content: readJson(path.join(folder, file)) }))
  const keys: Keys = Object.assign({}, ...files.map(({ content }) => member(content, 'keys') ?? {}))
  const verdicts: Verdict[] = []
  for (const { file, content } of files) {
    for (const [name, check] of checksOf({ file, content }, keys)) {
      verdicts.push({ name: `${file} ${name}`, problem: await problemOf(check) })
    }
  }
  return verdicts
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return error
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function checksOf({ content }: VectorFile, keys: Keys): readonly Check[] {
  const checks = understood(content, keys)
  return checks?.length ? checks : [['form', () => Promise.reject(unknownForm(content))]]
}

function unknownForm(content: unknown): Error {
  return content instanceof Error
    ? content
    : new Error('the form of the file is unknown, or nothing is in it')
}

/** Undefined when the file has none of the known forms. */
function understood(content: unknown, keys: Keys): readonly Check[] | undefined {
  const form = /^(sgp32-[a-z-]+)\/[0-9]+$/.exec(String(member(content, 'format')))?.[1]
  const own = member(content, 'keys')
  if (form === 'sgp32-test-keys' && typeof own === 'object') {
    return Object.entries(own as Keys).map(([name, key]) => [name, () => checkKey(key)])
  }
  const vectors = member(content, 'vectors')
  if (!Array.isArray(vectors)) return undefined
  switch (form) {
    case 'sgp32-vectors':
      return vectors.map((vector: PlainVector) => [nameOf(vector), () => checkPlain(vector)])
    case 'sgp32-lenient':
      return vectors.map((vector: LenientVector) => [nameOf(vector), () => checkLenient(vector)])
    case 'sgp32-signatures':
      return vectors.map((vector: SignatureVector) => [nameOf(vector), () => checkSignature(vector, keys)])
    default:
      return undefined
  }
}

function nameOf(vector: unknown): string {
  return String(member(vector, 'name'))
}

async function problemOf(check: Check[1]): Promise<string | undefined> {
  try {
    await check()
    return undefined
  } catch (error) {
    return String(error)
  }
}
