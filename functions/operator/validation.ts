/** Reads body and query of a request by a route's schemas; what is wrong is said with a pointer to it. */
import type * as z from 'zod/mini'
import { concatOctets, type Octets } from '../../shared/octets.ts'
import { Problem, type ProblemError } from './problem.ts'

/** Largest body of a call that creates or changes, where its route says nothing else. */
const LARGEST_BODY = 1024 * 1024

type Issue = z.core.$ZodIssue

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Unions say first that nothing fitted; what a person can act on is inside the alternative that came closest. */
function flatten(issue: Issue, base: readonly PropertyKey[] = []): ProblemError[] {
  const path = [...base, ...issue.path]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.toSorted((one, other) => one.length - other.length)[0] ?? []
    return closest.flatMap((inner) => flatten(inner, path))
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...path, key]),
      detail: 'there is no such member',
    }))
  }
  return [{ pointer: pointerOf(path), detail: issue.message }]
}

/** @throws {Problem} invalid-parameters */
export function validate<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  base = '',
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = result.error.issues
    .flatMap((issue) => flatten(issue))
    .map(({ pointer, detail }) => ({ pointer: base + pointer, detail }))
  throw new Problem(
    'invalid-parameters',
    errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; '),
    {
      errors,
    },
  )
}

/** Query fields, each at most once. @throws {Problem} */
export function readQuery(url: URL): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (Object.hasOwn(query, name)) throw invalidMember(name, 'is given more than once')
    query[name] = value
  }
  return query
}

export function invalidMember(pointer: string, detail: string): Problem {
  return new Problem('invalid-parameters', `${pointer} ${detail}`, { errors: [{ pointer, detail }] })
}

/** Reads no further than `largest`. @throws {Problem} content-too-large */
export async function readOctets(
  { headers, body }: Pick<Request | Response, 'headers' | 'body'>,
  largest = LARGEST_BODY,
): Promise<Octets> {
  const tooLarge = new Problem('content-too-large', `at most ${largest} octets are taken`)
  if (Number(headers.get('Content-Length') ?? 0) > largest) throw tooLarge
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body ?? []) {
    size += part.length
    if (size > largest) throw tooLarge
    parts.push(part)
  }
  return concatOctets(...parts)
}

export function mediaTypeOf(request: Request): string {
  return (request.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

/** @throws {Problem} bad-request when the text is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem('bad-request', 'the body is not JSON', { cause: error })
  }
}
