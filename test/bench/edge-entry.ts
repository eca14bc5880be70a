/**
 * The real Worker for plain workerd, which has no D1: the fleet database is a Durable Object with SQLite behind the part
 * of D1's interface that the Worker uses. Beside it, loops over the cryptography to be timed from outside.
 */
import { DurableObject } from 'cloudflare:workers'
import type { Environment } from '../../functions/environment.ts'
import { signEuiccPackage } from '../../functions/keys/index.ts'
import worker from '../../functions/worker.ts'
import { fromHex } from '../../shared/octets.ts'
import { importPublicKey, parseCertificate, verify, verifyEuiccChain } from '../../shared/pki/index.ts'

export * from '../../functions/worker.ts'

interface Statement {
  readonly query: string
  readonly bindings: readonly SqlStorageValue[]
}

type D1Row = Record<string, SqlStorageValue | number[]>

interface Rows {
  readonly results: D1Row[]
  readonly meta: { readonly changes: number }
}

export class FleetObject extends DurableObject {
  /** One transaction. */
  run(statements: readonly Statement[]): Rows[] {
    const { sql } = this.ctx.storage
    return this.ctx.storage.transactionSync(() =>
      statements.map(({ query, bindings }) => {
        const cursor = sql.exec<Record<string, SqlStorageValue>>(query, ...bindings)
        return { results: cursor.toArray().map(asD1Row), meta: { changes: cursor.rowsWritten } }
      }),
    )
  }

  migrate(script: string): void {
    this.ctx.storage.sql.exec(script)
  }
}

/** D1 gives BLOBs as lists of numbers. */
function asD1Row(row: Record<string, SqlStorageValue>): D1Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value,
    ]),
  )
}

interface FleetStub {
  run(statements: readonly Statement[]): Promise<Rows[]>
  migrate(script: string): Promise<void>
}

/** A view may be part of a larger buffer, which would go along. */
function asPlainBuffer(value: SqlStorageValue | Uint8Array): SqlStorageValue {
  return value instanceof Uint8Array ? value.slice().buffer : value
}

class FleetStatement {
  readonly statement: Statement
  readonly #fleet: FleetStub

  constructor(fleet: FleetStub, query: string, bindings: readonly SqlStorageValue[] = []) {
    this.#fleet = fleet
    this.statement = { query, bindings }
  }

  bind(...bindings: (SqlStorageValue | Uint8Array)[]): FleetStatement {
    return new FleetStatement(this.#fleet, this.statement.query, bindings.map(asPlainBuffer))
  }

  async all(): Promise<Rows | undefined> {
    return (await this.#fleet.run([this.statement]))[0]
  }

  run = this.all

  async first(column?: string): Promise<unknown> {
    const row = (await this.all())?.results[0]
    return row === undefined ? null : column === undefined ? row : row[column]
  }
}

function fleetDatabase(fleet: FleetStub): D1Database {
  return {
    prepare: (query: string) => new FleetStatement(fleet, query),
    batch: (statements: readonly FleetStatement[]) => fleet.run(statements.map(({ statement }) => statement)),
  } as unknown as D1Database
}

interface BenchEnvironment extends Environment {
  readonly FLEET_OBJECT: { getByName(name: string): FleetStub }
}

const ECDSA = { name: 'ECDSA', hash: 'SHA-256' } as const
const MESSAGE = new Uint8Array(120)
const TOKEN = Uint8Array.of(0x84, 0x01, 0x00)

/** Does `times` of one thing; whoever asks takes the time. */
async function repeat(what: string, times: number, body: string): Promise<Response> {
  const pair = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const signature = await crypto.subtle.sign(ECDSA, pair.privateKey, MESSAGE)
  const plain = new Uint8Array(signature)
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', pair.publicKey)) as ArrayBuffer)
  const loops: Readonly<Record<string, () => Promise<unknown>>> = {
    'bare-sign': () => crypto.subtle.sign(ECDSA, pair.privateKey, MESSAGE),
    'bare-verify': () => crypto.subtle.verify(ECDSA, pair.publicKey, signature, MESSAGE),
    sign: () => signEuiccPackage(pair.privateKey, MESSAGE, TOKEN),
    verify: async () => verify(await importPublicKey(spki), MESSAGE, plain),
    chain: chainLoop(body),
  }
  for (let time = 0; time < times; time++) await loops[what]?.()
  return new Response('done')
}

/** The body: certificates of CI, EUM and eUICC, hex, one a line. */
function chainLoop(body: string): () => Promise<unknown> {
  const [ci = '', eum = '', euicc = ''] = body.split('\n')
  if (euicc === '') return async () => undefined
  const roots = [parseCertificate(fromHex(ci))]
  const chain = { eum: fromHex(eum), euicc: fromHex(euicc) }
  return async () => {
    const verdict = await verifyEuiccChain(chain, { roots, at: Date.now() })
    if (!verdict.ok) throw new Error(verdict.reason.kind)
  }
}

export default {
  async fetch(request, environment, context) {
    const fleet = environment.FLEET_OBJECT.getByName('fleet')
    const url = new URL(request.url)
    if (url.pathname === '/bench/migrate') {
      await fleet.migrate(await request.text())
      return new Response('done')
    }
    if (url.pathname === '/bench/repeat') {
      return repeat(
        url.searchParams.get('what') ?? '',
        Number(url.searchParams.get('times')),
        await request.text(),
      )
    }
    return worker.fetch(request, { ...environment, FLEET: fleetDatabase(fleet) }, context)
  },
} satisfies ExportedHandler<BenchEnvironment>
