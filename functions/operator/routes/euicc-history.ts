import { fromHex } from '../../../shared/octets.ts'
import { isSameIccid, parseIccid } from '../../../shared/sgp22/index.ts'
import { listEimIdentities } from '../../keys/index.ts'
import { askEuicc, eidIn } from '../euicc-access.ts'
import { notFound } from '../problem.ts'
import { route } from '../route.ts'
import { EuiccOperationsQuery, FormatQuery, PageQuery } from '../schemas.ts'
import { showOperation } from '../show-operation.ts'

const PAGE_EXAMPLE = [{ summary: 'The newest', query: { limit: '20' } }]
const OCTETS = 'application/octet-stream'

export const euiccHistoryRoutes = [
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/profiles',
    operationId: 'listProfiles',
    summary: 'The profiles as last proven by the eUICC',
    tag: 'eUICCs',
    access: 'euiccs:read',
    success: {
      status: 200,
      description: 'Profiles, when they were proven, and whether a change was told of since',
    },
    examples: [{ summary: 'All' }],
    handle: async (call) => ({ json: await askEuicc(call, eidIn(call), (euicc) => euicc.profiles()) }),
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/profiles/{iccid}',
    operationId: 'getProfile',
    summary: 'One profile',
    tag: 'eUICCs',
    access: 'euiccs:read',
    success: { status: 200, description: 'The profile' },
    examples: [{ summary: 'By its printed ICCID' }],
    async handle(call) {
      const { profiles } = await askEuicc(call, eidIn(call), (euicc) => euicc.profiles())
      const wanted = call.params.iccid ?? ''
      const profile = /^[0-9]{18,20}$/.test(wanted)
        ? profiles.find(({ iccid }) => isSameIccid(parseIccid(iccid), parseIccid(wanted)))
        : undefined
      if (!profile) throw notFound(`the profile ${wanted}`)
      return { json: profile }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/eims',
    operationId: 'listEims',
    summary: 'The eIMs associated with the eUICC: ours with counter and token, others as last listed',
    tag: 'eUICCs',
    access: 'euiccs:read',
    success: { status: 200, description: 'The associations' },
    examples: [{ summary: 'All' }],
    async handle(call) {
      const own = (await listEimIdentities(call.environment.FLEET, call.tenant)).map(({ eimId }) => eimId)
      return { json: { data: await askEuicc(call, eidIn(call), (euicc) => euicc.eims(own)) } }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/operations',
    operationId: 'listEuiccOperations',
    summary: 'The operations of one eUICC, newest first, the eIM’s own among them',
    tag: 'eUICCs',
    access: 'operations:read',
    query: EuiccOperationsQuery,
    success: { status: 200, description: 'A page of operations' },
    examples: PAGE_EXAMPLE,
    async handle(call) {
      const { limit, cursor = null, status } = call.query
      const found = await askEuicc(call, eidIn(call), (euicc) => euicc.operations({ limit, cursor, status }))
      return { json: { ...found, data: found.data.map((operation) => showOperation(call, operation)) } }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/notifications',
    operationId: 'listNotifications',
    summary: 'The notifications received, raw and decoded, with their verdict',
    tag: 'eUICCs',
    access: 'euiccs:read',
    query: PageQuery,
    success: { status: 200, description: 'A page of notifications, newest first' },
    examples: PAGE_EXAMPLE,
    handle: async (call) => ({
      json: await askEuicc(call, eidIn(call), (euicc) =>
        euicc.notifications({ limit: call.query.limit, cursor: call.query.cursor ?? null }),
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/timeline',
    operationId: 'getTimeline',
    summary: 'Everything that happened to one eUICC',
    tag: 'eUICCs',
    access: 'euiccs:read',
    query: PageQuery,
    success: { status: 200, description: 'A page of events, newest first' },
    examples: PAGE_EXAMPLE,
    handle: async (call) => ({
      json: await askEuicc(call, eidIn(call), (euicc) =>
        euicc.timeline({ limit: call.query.limit, cursor: call.query.cursor ?? null }),
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/trace',
    operationId: 'listTrace',
    summary: 'The last exchanges with the device, in octets',
    description: 'For those who may create operations, since the octets may hold activation codes.',
    tag: 'eUICCs',
    access: 'operations:write',
    query: PageQuery,
    success: { status: 200, description: 'A page of exchanges, newest first' },
    examples: PAGE_EXAMPLE,
    handle: async (call) => ({
      json: await askEuicc(call, eidIn(call), (euicc) =>
        euicc.traceEntries({ limit: call.query.limit, cursor: call.query.cursor ?? null }),
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/trace/{id}',
    operationId: 'getTraceEntry',
    summary: 'One exchange',
    tag: 'eUICCs',
    access: 'operations:write',
    query: FormatQuery,
    success: { status: 200, description: 'Request and response' },
    examples: [{ summary: 'As hexadecimal text', query: { format: 'hex' } }],
    async handle(call) {
      const id = Number(call.params.id)
      const entry = await askEuicc(
        call,
        eidIn(call),
        (euicc) => euicc.traceEntry(Number.isSafeInteger(id) ? id : -1),
        { what: `the exchange ${call.params.id}` },
      )
      if (call.query.format === 'json') return { json: entry }
      const text = `${entry.request}\n${entry.response ?? ''}\n`
      return call.query.format === 'hex'
        ? { raw: { body: text, contentType: 'text/plain;charset=UTF-8' } }
        : { raw: { body: fromHex(entry.request), contentType: OCTETS } }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/evidence',
    operationId: 'listEvidence',
    summary: 'Everything the eUICC answered: octets, certificate chain and verdict',
    tag: 'Evidence',
    access: 'operations:read',
    query: PageQuery,
    success: { status: 200, description: 'A page of evidence, newest first' },
    examples: PAGE_EXAMPLE,
    handle: async (call) => ({
      json: await askEuicc(call, eidIn(call), (euicc) =>
        euicc.evidences({ limit: call.query.limit, cursor: call.query.cursor ?? null }),
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/evidence/{id}',
    operationId: 'getEvidence',
    summary: 'One piece of evidence: what was signed, by whom, and whether it verifies',
    description: '`der` gives the octets as received.',
    tag: 'Evidence',
    access: 'operations:read',
    query: FormatQuery,
    success: { status: 200, description: 'The evidence' },
    examples: [{ summary: 'The octets alone', query: { format: 'der' } }],
    async handle(call) {
      const id = call.params.id ?? ''
      const evidence = await askEuicc(call, eidIn(call), (euicc) => euicc.evidence(id), {
        what: `the evidence ${id}`,
      })
      if (call.query.format === 'json') return { json: evidence }
      return call.query.format === 'hex'
        ? { raw: { body: `${evidence.octets}\n`, contentType: 'text/plain;charset=UTF-8' } }
        : { raw: { body: fromHex(evidence.octets), contentType: OCTETS } }
    },
  }),
  route({
    method: 'POST',
    path: '/v1/euiccs/{eid}/reprocess',
    operationId: 'reprocessEvidence',
    summary: 'Judge stored results again that could not be verified or decoded',
    tag: 'Evidence',
    access: 'operations:write',
    success: { status: 200, description: 'How many could be applied now' },
    examples: [{ summary: 'After a CI certificate was added' }],
    handle: async (call) => ({
      json: { applied: await askEuicc(call, eidIn(call), (euicc) => euicc.reprocess()) },
    }),
  }),
]
