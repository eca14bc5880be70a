/** Calls the API with the session's cookie; refusals are thrown as the problem documents that they are. */

/** RFC 9457, with the members that every problem of the API has. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly requestId?: string
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

export interface Answered<T> {
  readonly body: T
  readonly etag: string | null
}

export interface Page<T> {
  readonly data: readonly T[]
  readonly nextCursor: string | null
  readonly count?: number
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

interface Request {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

const unauthenticated = new Set<() => void>()

/** Calls `then` whenever the API no longer knows the session. Gives back how to stop that. */
export function onSignedOut(then: () => void): () => void {
  unauthenticated.add(then)
  return () => unauthenticated.delete(then)
}

/** `T` is what the OpenAPI document promises for the route. @throws {ApiProblem} */
export async function ask<T>(method: Method, path: string, request: Request = {}): Promise<Answered<T>> {
  const response = await reach(method, path, request)
  const text = await response.text()
  if (!response.ok) {
    const problem = problemIn(response, text)
    if (problem.status === 401 && path !== '/v1/session') for (const tell of unauthenticated) tell()
    throw new ApiProblem(problem)
  }
  return { body: parse<T>(text), etag: response.headers.get('ETag') }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask<T>('GET', path, signal ? { signal } : {})).body
}

export async function post<T>(path: string, body?: unknown): Promise<T> {
  return (await ask<T>('POST', path, { body })).body
}

/** A query string with the values that are set, `?` included; empty when none is. */
export function query(values: Readonly<Record<string, string | number | null | undefined>>): string {
  const set = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`
}

async function reach(method: Method, path: string, { body, headers, signal }: Request): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiProblem({
      status: 0,
      code: 'unreachable',
      title: 'The eIM cannot be reached',
      detail: 'Nothing was answered. Check the connection, then try again.',
    })
  }
}

function problemIn({ status, statusText }: Response, text: string): Problem {
  try {
    return parse<Problem>(text)
  } catch {
    return { status, code: 'unreadable', title: statusText, detail: `The eIM answered ${status}.` }
  }
}

function parse<T>(text: string): T {
  return (text === '' ? undefined : JSON.parse(text)) as T
}
