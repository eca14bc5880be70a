/** Who is signed in, and what they may do: the page asks once at the start, the API decides each time. */
import { createContext, useContext } from 'hono/jsx/dom'
import { ApiProblem, ask, get, post } from './client.ts'

export interface Session {
  readonly key: {
    readonly id: string
    readonly name: string
    readonly tenant: string
    readonly scopes: readonly string[]
    readonly expiresAt: string | null
  }
  readonly role: 'viewer' | 'operator' | 'admin' | 'custom'
  readonly expiresAt: string
}

/** null: nobody is signed in. @throws {ApiProblem} when the API cannot tell */
export async function currentSession(): Promise<Session | null> {
  try {
    return await get<Session>('/v1/session')
  } catch (error) {
    if (error instanceof ApiProblem && error.problem.status === 401) return null
    throw error
  }
}

/** Exchanges the key for a cookie that scripts cannot read; the key itself is not kept. @throws {ApiProblem} */
export function signIn(apiKey: string): Promise<Session> {
  return post<Session>('/v1/session', { apiKey })
}

export async function signOut(): Promise<void> {
  await ask<void>('DELETE', '/v1/session')
}

export const SessionContext = createContext<Session | null>(null)

/** Only below the sign-in. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('nobody is signed in here')
  return session
}

/** Whether a control for `scope` is to be shown at all. */
export function useMay(scope: string): boolean {
  return useSession().key.scopes.includes(scope)
}
