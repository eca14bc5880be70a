/** What gateways call for themselves: the store of their sessions, and the push channel. Each with a token of their own. */
import { type Context, Hono } from 'hono'
import type { ForwardedClaims } from '../../shared/gateway/forwarded-request.ts'
import { PUSH_PATH } from '../../shared/gateway/push-message.ts'
import {
  ClaimRequest,
  RemoveRequest,
  SaveRequest,
  SESSION_STORE_PATHS,
} from '../../shared/gateway/session-store-message.ts'
import type { Octets } from '../../shared/octets.ts'
import type { Environment } from '../environment.ts'
import { TokenFault, tokenOf, usedToken, verifyToken } from '../transport/identity-token.ts'
import type { SessionGroupInterface } from './session-group-stub.ts'

type GatewayContext = Context<{ Bindings: Environment }>

/** 100 sessions with their seals. */
const LARGEST_BODY = 512 * 1024

class Refusal extends Error {
  readonly status: 400 | 401 | 413

  constructor(status: Refusal['status'], message: string) {
    super(message)
    this.status = status
  }
}

export const gatewayApi = new Hono<{ Bindings: Environment }>()

gatewayApi.post(SESSION_STORE_PATHS.claim, (context) =>
  serve(context, async (claims, body) => {
    const { name } = read(ClaimRequest, body)
    return once(await groupOf(context.env, claims, name).claim(usedToken(claims), name))
  }),
)
gatewayApi.post(SESSION_STORE_PATHS.save, (context) =>
  serve(context, async (claims, body) => {
    const { sessions } = read(SaveRequest, body)
    const outcomes = await eachGroup(sessions, (name, part) =>
      groupOf(context.env, claims, name).save(usedToken(claims), part),
    )
    return { sessions: outcomes }
  }),
)
gatewayApi.post(SESSION_STORE_PATHS.remove, (context) =>
  serve(context, async (claims, body) => {
    const { sessions } = read(RemoveRequest, body)
    await eachGroup(sessions, async (name, part) => {
      const removed = await groupOf(context.env, claims, name).remove(usedToken(claims), part)
      return removed && part
    })
    return {}
  }),
)
gatewayApi.get(PUSH_PATH, (context) =>
  serve(context, async ({ iss }) => {
    const { raw } = context.req
    if (raw.headers.get('Upgrade')?.toLowerCase() !== 'websocket') {
      throw new Refusal(400, 'this is a WebSocket')
    }
    return context.env.GATEWAY_PUSH.getByName(iss).fetch(raw)
  }),
)

async function serve(
  context: GatewayContext,
  handle: (claims: ForwardedClaims, body: string) => Promise<object>,
): Promise<Response> {
  const request = context.req.raw
  try {
    const token = tokenOf(request)
    if (token === null) throw new Refusal(401, 'only gateways may call this')
    const tooLarge = new Refusal(413, `a body has at most ${LARGEST_BODY} octets`)
    if (Number(request.headers.get('Content-Length') ?? 0) > LARGEST_BODY) throw tooLarge
    const octets: Octets = new Uint8Array(await request.clone().arrayBuffer())
    if (octets.length > LARGEST_BODY) throw tooLarge
    const claims = await verifyToken(context.env, token, request, octets)
    if (claims.device) throw new Refusal(401, 'the token is for a device’s request')
    const answer = await handle(claims, new TextDecoder().decode(octets))
    return answer instanceof Response ? answer : Response.json(answer)
  } catch (error) {
    return refuse(error)
  }
}

function refuse(error: unknown): Response {
  const status = error instanceof Refusal ? error.status : error instanceof TokenFault ? 401 : 503
  const detail = status !== 503 && error instanceof Error ? error.message : 'the edge cannot answer now'
  console.error(JSON.stringify({ event: 'gateway-refused', status, reason: String(error) }))
  const headers = { 'Content-Type': 'application/problem+json' }
  return Response.json({ status, detail }, { status, headers })
}

/** Named by the eIM's host and the first octet of the session's name: 256 objects for each cluster. */
function groupOf(
  { GATEWAY_SESSIONS }: Environment,
  { aud }: ForwardedClaims,
  name: string,
): SessionGroupInterface {
  return GATEWAY_SESSIONS.getByName(`${aud}:${name.slice(0, 2)}`)
}

/** Asks each group about its part, and gives the outcomes in the order of `sessions`. */
async function eachGroup<Session extends { readonly name: string }, Outcome>(
  sessions: readonly Session[],
  ask: (name: string, part: Session[]) => Promise<readonly Outcome[] | null>,
): Promise<Outcome[]> {
  const groups = Map.groupBy(sessions.entries(), ([, { name }]) => name.slice(0, 2))
  const outcomes: Outcome[] = []
  await Promise.all(
    Array.from(groups.values(), async (part) => {
      const [[, { name }] = [0, { name: '' }]] = part
      const answers = once(
        await ask(
          name,
          part.map(([, session]) => session),
        ),
      )
      for (const [place, [index]] of part.entries()) outcomes[index] = answers[place] as Outcome
    }),
  )
  return outcomes
}

function once<T>(answer: T | null): T {
  if (answer === null) throw new Refusal(401, 'the token was used before')
  return answer
}

function read<T>(schema: { safeParse(value: unknown): { success: boolean; data?: T } }, body: string): T {
  const parsed = schema.safeParse(parse(body))
  if (!parsed.success || parsed.data === undefined) throw new Refusal(400, 'the body is not as agreed')
  return parsed.data
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new Refusal(400, 'the body is no JSON')
  }
}
