import { CardIssuer, simulatedEid } from '../simulator/card-issuer.ts'
import { runSchedule } from './fault-run.ts'
import { LocalEdge } from './local-edge.ts'

const seed = Number(process.argv[2])
console.error = () => {}
const issuer = CardIssuer.create()
const edge = await LocalEdge.create(issuer, 'debug.eim.example')
const forget = edge.forget.bind(edge)
edge.forget = () => undefined
console.log(await runSchedule(edge, issuer, seed))
const eid = simulatedEid(seed + 1)
const o = await edge.euicc(eid).operations({ limit: 50, cursor: null })
for (const x of o?.data ?? [])
  console.log(
    x.id.slice(3, 16),
    x.type,
    x.origin,
    x.status,
    x.outcome,
    JSON.stringify(x.waiting?.detail ?? x.reason?.detail),
    x.delivery?.counterValue,
    x.delivery?.count,
  )
const t = await edge.euicc(eid).timeline({ limit: 60, cursor: null })
for (const x of (t?.data ?? []).reverse())
  console.log(x.at.slice(5, 19), x.event, JSON.stringify(x.detail).slice(0, 160))
