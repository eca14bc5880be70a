import { euiccOf } from '../../euicc/euicc-stub.ts'
import { isFinal, type OperationView } from '../../euicc/operation.ts'
import { listIndexedOperations } from '../../fleet/index.ts'
import { enqueueFor, enqueueMany, enqueueOne } from '../enqueue-operations.ts'
import { operationIn } from '../euicc-access.ts'
import { page } from '../page.ts'
import { notFound, Problem } from '../problem.ts'
import { type Answer, type Call, route } from '../route.ts'
import { ForceQuery, NewOperations, OperationsQuery } from '../schemas.ts'
import { showOperation } from '../show-operation.ts'

const EID = '89049032000000000000000000000163'
const ICCID = '89880000000000000002'

const EXAMPLES = [
  {
    summary: 'Enable a profile',
    body: { eid: EID, type: 'profile.enable', params: { iccid: ICCID, rollback: true } },
  },
  {
    summary: 'Disable a profile',
    body: { eid: EID, type: 'profile.disable', params: { iccid: ICCID }, force: true },
  },
  { summary: 'Delete a profile', body: { eid: EID, type: 'profile.delete', params: { iccid: ICCID } } },
  { summary: 'List profiles', body: { eid: EID, type: 'profile.list' } },
  { summary: 'Read the rules authorisation table', body: { eid: EID, type: 'rat.get' } },
  {
    summary: 'Configure immediate enabling',
    body: {
      eid: EID,
      type: 'immediate-enable.configure',
      params: { immediateEnable: true, defaultSmdpAddress: 'smdp.example.com' },
    },
  },
  { summary: 'Set the fallback profile', body: { eid: EID, type: 'fallback.set', params: { iccid: ICCID } } },
  { summary: 'Unset the fallback profile', body: { eid: EID, type: 'fallback.unset' } },
  {
    summary: 'Set the default SM-DP+',
    body: { eid: EID, type: 'default-dp.set', params: { address: 'smdp.example.com' } },
  },
  {
    summary: 'Add an eIM',
    body: {
      eid: EID,
      type: 'eim.add',
      params: {
        eim: {
          eimId: 'eim2.example.com',
          counterValue: 0,
          publicKey:
            '3059301306072A8648CE3D020106082A8648CE3D030107034200046C5DBAA2A23AACCFFBED417D454363795B26096C2E6B4244F12D85B1C9E2902A25961282461A52BB5AA3FFD6A749B62B976CFED85407A6471734E8586CF194EF',
        },
      },
    },
  },
  {
    summary: 'Update an eIM',
    body: {
      eid: EID,
      type: 'eim.update',
      params: { eim: { eimId: 'eim2.example.com', eimFqdn: 'eim3.example.com' } },
    },
  },
  {
    summary: 'Delete an eIM',
    body: { eid: EID, type: 'eim.delete', params: { eimId: 'eim2.example.com' }, force: true },
  },
  { summary: 'List eIMs', body: { eid: EID, type: 'eim.list' } },
  {
    summary: 'Read data of IPA and eUICC',
    body: { eid: EID, type: 'euicc.read', params: { tags: ['BF22', 'A8'] } },
  },
  {
    summary: 'Trigger a download by activation code',
    body: {
      eid: EID,
      type: 'profile.download',
      params: { activationCode: 'LPA:1$smdp.example.com$MATCHING-ID' },
    },
  },
  {
    summary: 'Trigger a download from the default SM-DP+',
    body: { eid: EID, type: 'profile.download', params: { defaultSmdp: true } },
  },
  {
    summary: 'Trigger a download by the SM-DS',
    body: { eid: EID, type: 'profile.download', params: { smds: true } },
  },
  {
    summary: 'Several in one signed package',
    body: {
      eid: EID,
      type: 'package',
      params: {
        steps: [
          { type: 'profile.enable', params: { iccid: ICCID } },
          { type: 'profile.delete', params: { iccid: '89880000000000000003' } },
        ],
      },
    },
  },
  {
    summary: 'A batch',
    body: {
      operations: [
        { eid: EID, type: 'profile.list' },
        { eid: EID, type: 'eim.list' },
      ],
    },
  },
] as const

/** How long a GET may wait for the end of an operation, and how often it looks. */
const LONGEST_WAIT_SECONDS = 30
const FIRST_LOOK_MS = 250
const SLOWEST_LOOK_MS = 2000

function accepted(call: Call<unknown, unknown>, operation: OperationView): Answer {
  return { json: showOperation(call, operation), headers: { Location: `/v1/operations/${operation.id}` } }
}

function secondsToWait(request: Request): number {
  const wait = /(?:^|[,\s])wait=([0-9]{1,4})/.exec(request.headers.get('Prefer') ?? '')?.[1]
  return Math.min(Number(wait ?? 0), LONGEST_WAIT_SECONDS)
}

async function readView(call: Call<unknown, unknown>): Promise<OperationView> {
  const { id, eid } = operationIn(call)
  const view = await euiccOf(call.environment.EUICC, call.tenant, eid).operation(id)
  if (!view) throw notFound(`the operation ${id}`)
  return view
}

export const operationRoutes = [
  route({
    method: 'POST',
    path: '/v1/operations',
    operationId: 'createOperations',
    summary: 'Ask an eUICC to do something, or many eUICCs at once',
    description:
      'Answers 202 at once: the operation leaves signed at the device’s next contact. A batch answers 207 with a result for each.',
    tag: 'Operations',
    access: 'operations:write',
    body: NewOperations,
    idempotent: true,
    requestHeaders: { traceparent: 'W3C Trace Context; shown on the operation' },
    success: { status: 202, description: 'The operation, accepted' },
    examples: EXAMPLES,
    async handle(call) {
      const key = call.request.headers.get('Idempotency-Key')
      if (!('operations' in call.body)) return accepted(call, await enqueueOne(call, call.body, key))
      const data = await enqueueMany(call, call.body.operations, key)
      return { status: 207, json: { data }, lasting: data.every(({ status }) => status < 500) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/operations',
    operationId: 'listOperations',
    summary: 'The operations of the tenant, newest first',
    description:
      'About a second behind; GET of one operation, or of one eUICC’s operations, is never behind.',
    tag: 'Operations',
    access: 'operations:read',
    query: OperationsQuery,
    success: { status: 200, description: 'A page of operations' },
    examples: [{ summary: 'What failed', query: { status: 'failed', limit: '50' } }],
    async handle({ environment, tenant, query: { limit, cursor, ...filter } }) {
      const found = await listIndexedOperations(environment.FLEET, tenant, filter, limit, cursor ?? null)
      return { json: page(found, limit, (last) => last.id) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/operations/{id}',
    operationId: 'getOperation',
    summary: 'One operation: where it stands, why it waits, how it went',
    description:
      '`Prefer: wait=20` holds the answer until the operation has ended, for at most that many seconds.',
    tag: 'Operations',
    access: 'operations:read',
    requestHeaders: { Prefer: '`wait=20`: seconds to wait for the end, at most 30' },
    success: { status: 200, description: 'The operation' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const until = call.now + secondsToWait(call.request) * 1000
      let view = await readView(call)
      for (
        let pause = FIRST_LOOK_MS;
        !isFinal(view.status) && Date.now() + pause < until;
        pause = Math.min(2 * pause, SLOWEST_LOOK_MS)
      ) {
        await scheduler.wait(pause)
        view = await readView(call)
      }
      const headers = until > call.now ? { 'Preference-Applied': `wait=${secondsToWait(call.request)}` } : {}
      return { json: showOperation(call, view), headers }
    },
  }),
  route({
    method: 'POST',
    path: '/v1/operations/{id}/cancel',
    operationId: 'cancelOperation',
    summary: 'Cancel an operation that has not left yet',
    tag: 'Operations',
    access: 'operations:write',
    success: { status: 200, description: 'The operation, cancelled' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const { id, eid } = operationIn(call)
      const result = await euiccOf(call.environment.EUICC, call.tenant, eid).cancel(id)
      if (result.ok) return { json: showOperation(call, result.value) }
      if (result.refusal.kind === 'unknown') throw notFound(`the operation ${id}`)
      throw new Problem('too-late', `the operation is ${result.refusal.status}`)
    },
  }),
  route({
    method: 'POST',
    path: '/v1/operations/{id}/retry',
    operationId: 'retryOperation',
    summary: 'Make the same operation again after it failed, expired or was cancelled',
    description: 'With as much time as the first one had. The guards look again, unless force=true.',
    tag: 'Operations',
    access: 'operations:write',
    query: ForceQuery,
    idempotent: true,
    success: { status: 202, description: 'The new operation, linked by retryOf' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const { id, eid } = operationIn(call)
      const again = await euiccOf(call.environment.EUICC, call.tenant, eid).repeatable(id)
      if (again === null) throw notFound(`the operation ${id}`)
      if (!again.ended) throw new Problem('conflict', 'the operation has not ended in failure')
      const deadline = call.now + again.lifetimeMs
      const schedule = { priority: again.operation.schedule.priority, notBefore: 0, deadline, after: null }
      const force = call.query.force === 'true'
      const operation = { ...again.operation, schedule, force, retryOf: id }
      return accepted(
        call,
        await enqueueFor(call, eid, operation, call.request.headers.get('Idempotency-Key')),
      )
    },
  }),
]
