/** What every vault promises, held against each of them; and what the SQLite one promises besides. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../../functions/environment.ts'
import { gatewayApi } from '../../../functions/gateway/gateway-api.ts'
import { SessionGroup } from '../../../functions/gateway/session-group.ts'
import { createTokenSigner, EdgeClient } from '../../../gateway/forward/index.ts'
import {
  EdgeVault,
  MemoryVault,
  SessionSeal,
  type SessionVault,
  SqliteVault,
} from '../../../gateway/session-store/index.ts'
import { nodeSql } from '../../edge/node-sql.ts'
import { client, VirtualPort } from '../dtls/virtual-port.ts'
import { StandInEdge } from '../forward/stand-in-edge.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'edge-eim-vault-'))
const DAY_MS = 86_400_000
let clock = Date.now()
let files = 0
const newFile = () => path.join(folder, `${files++}.db`)

let edge: StandInEdge
beforeAll(async () => {
  edge = await StandInEdge.start('eim.example.com', 0)
})
afterAll(async () => {
  await edge.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The edge's own code for gateways, behind a real HTTPS server that believes the last key only. */
function edgeVault(): SessionVault {
  return new EdgeVault(edgeClient())
}

function edgeClient(): EdgeClient {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const groups = new Map<string, SessionGroup>()
  const group = (name: string) => {
    const known = groups.get(name) ?? new SessionGroup(nodeSql(), () => clock)
    groups.set(name, known)
    return known
  }
  const environment = {
    GATEWAY_KEYS: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'gw' }] }),
    GATEWAY_SESSIONS: { getByName: (name: string) => asynchronous(group(name)) },
  } as unknown as Environment
  edge.always = (response, request) => {
    const seen = edge.requests.at(-1)
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const forwarded = new Request(`https://eim.example.com${request.url}`, {
      method: 'POST',
      headers,
      body: new Uint8Array(seen?.body ?? []),
    })
    void Promise.resolve(gatewayApi.fetch(forwarded, environment)).then(async (answer) => {
      response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
    })
  }
  const sign = createTokenSigner('gw', privateKey.export({ format: 'der', type: 'pkcs8' }), 'gw')
  return new EdgeClient({
    target: { origin: `https://127.0.0.1:${edge.port}`, host: 'eim.example.com' },
    certificateAuthorities: edge.authority,
    connections: 4,
    connectTimeoutMs: 2000,
    sign,
  })
}

function asynchronous(group: SessionGroup) {
  return {
    save: async (...call: Parameters<SessionGroup['save']>) => group.save(...call),
    claim: async (...call: Parameters<SessionGroup['claim']>) => group.claim(...call),
    remove: async (...call: Parameters<SessionGroup['remove']>) => group.remove(...call),
  }
}

const newName = () => randomBytes(16).toString('hex')
const session = (name: string, generation: number | null, text = 'sealed') => ({
  kind: 'state' as const,
  name,
  generation,
  sealed: Buffer.from(text),
  expiresAt: clock + DAY_MS,
})

const progress = (name: string, generation: number, readEdge: number) => ({
  kind: 'progress' as const,
  name,
  generation,
  progress: { readEdge, windowLow: 2 ** 32 - 1, windowHigh: 3, lastSeen: clock },
  expiresAt: clock + DAY_MS,
})

describe.each([
  ['memory', () => new MemoryVault(() => clock)],
  ['sqlite', () => new SqliteVault(newFile(), () => clock)],
  ['edge', edgeVault],
] as const)('the vault in %s', (_kind, create) => {
  it('gives a session to whoever claims it, under a new generation each time', async () => {
    const vault = create()
    const name = newName()
    expect(await vault.save([session(name, null)])).toEqual([{ kind: 'saved', generation: 1 }])
    const [first, second] = [await vault.claim(name), await vault.claim(name)]
    expect([first, second]).toMatchObject([
      { kind: 'claimed', generation: 2 },
      { kind: 'claimed', generation: 3 },
    ])
    expect(first.kind === 'claimed' && Buffer.from(first.sealed).toString()).toBe('sealed')
    expect(await vault.claim(newName())).toEqual({ kind: 'unknown' })
    await vault.close()
  })

  it('keeps how far a session has read until its state is saved again', async () => {
    const vault = create()
    const name = newName()
    await vault.save([session(name, null)])
    expect(await vault.claim(name)).toMatchObject({ progress: null })

    const outcomes = await vault.save([progress(name, 2, 7), progress(newName(), 1, 7)])
    const behind = await vault.claim(name)
    const late = await vault.save([progress(name, 2, 8)])
    const owners = await vault.save([progress(name, 3, 2 ** 48 - 2)])

    expect(outcomes).toEqual([{ kind: 'saved', generation: 2 }, { kind: 'fenced' }])
    expect(behind).toMatchObject({ generation: 3, progress: progress(name, 2, 7).progress })
    expect(behind.kind === 'claimed' && Buffer.from(behind.sealed).toString()).toBe('sealed')
    expect(late).toEqual([{ kind: 'fenced' }])
    expect(owners).toEqual([{ kind: 'saved', generation: 3 }])
    expect(await vault.claim(name)).toMatchObject({ progress: { readEdge: 2 ** 48 - 2 } })
    await vault.save([session(name, 4, 'new')])
    expect(await vault.claim(name)).toMatchObject({ generation: 5, progress: null })
    await vault.close()
  })

  it('keeps a session for as long as its last save says', async () => {
    const vault = create()
    const name = newName()
    await vault.save([session(name, null)])
    clock += DAY_MS / 2
    await vault.save([progress(name, 1, 7)])
    clock += DAY_MS / 2 + 1
    expect(await vault.claim(name)).toMatchObject({ kind: 'claimed' })
    await vault.close()
  })

  it('fences whoever lost the session, in the middle of a batch', async () => {
    const vault = create()
    const [kept, lost] = [newName(), newName()]
    await vault.save([session(kept, null), session(lost, null)])
    await vault.claim(lost)
    expect(await vault.save([session(kept, 1, 'new'), session(lost, 1, 'old'), session(lost, null)])).toEqual(
      [{ kind: 'saved', generation: 1 }, { kind: 'fenced' }, { kind: 'fenced' }],
    )
    const claim = await vault.claim(lost)
    expect(claim.kind === 'claimed' && Buffer.from(claim.sealed).toString()).toBe('sealed')
    await vault.close()
  })

  it('removes only what its owner removes, and forgets what has expired', async () => {
    const vault = create()
    const name = newName()
    await vault.save([session(name, null)])
    await vault.remove([{ name, generation: 7 }])
    expect(await vault.claim(name)).toMatchObject({ kind: 'claimed' })
    await vault.remove([{ name, generation: 2 }])
    expect(await vault.claim(name)).toEqual({ kind: 'unknown' })
    const old = newName()
    await vault.save([session(old, null)])
    clock += 2 * DAY_MS
    expect(await vault.claim(old)).toEqual({ kind: 'unknown' })
    await vault.close()
  })
})

describe('the vault at the edge', () => {
  it('speaks with a new key once it is told to, as after a reload', async () => {
    const vault = new EdgeVault(edgeClient())
    const name = newName()
    await vault.save([session(name, null)])
    const renewed = edgeClient()
    await expect(vault.save([session(newName(), null)])).rejects.toThrow('401')

    vault.use(renewed)

    expect(await vault.save([session(newName(), null)])).toEqual([{ kind: 'saved', generation: 1 }])
    await vault.close()
  })
})

describe('a group of sessions at the edge', () => {
  const token = (id: string, expiresAt: number) => ({ id, expiresAt })
  const state = (name: string, generation: number | null, sealed: string) => ({
    kind: 'state' as const,
    name,
    generation,
    sealed,
    expiresAt: clock + DAY_MS,
  })

  it('takes no save that its gateway gave up before the last one, however late it comes', () => {
    const group = new SessionGroup(nodeSql(), () => clock)
    const name = newName()
    group.save(token('a', clock + 1000), [state(name, null, 'first')])
    group.save(token('b', clock + 8000), [state(name, 1, 'second'), progress(name, 1, 9)])

    expect(() => group.save(token('late', clock + 7000), [state(name, 1, 'between')])).toThrow('later')
    expect(() => group.save(token('late', clock + 7000), [progress(name, 1, 8)])).toThrow('later')

    // Who claims it may have another clock, by which its own calls are judged.
    const claim = group.claim(token('c', clock + 500), name)
    expect(claim).toMatchObject({ generation: 2, sealed: 'second', progress: { readEdge: 9 } })
    expect(group.save(token('d', clock + 500), [progress(name, 2, 10)])).toEqual([
      { kind: 'saved', generation: 2 },
    ])
  })

  it('goes on with what an earlier version left', () => {
    const database = new DatabaseSync(':memory:')
    database.exec(`CREATE TABLE session (
      name TEXT PRIMARY KEY, generation INTEGER NOT NULL, sealed TEXT NOT NULL, expires_at INTEGER NOT NULL
    ) WITHOUT ROWID`)
    const name = newName()
    database.prepare('INSERT INTO session VALUES (?, 1, ?, ?)').run(name, 'sealed', clock + DAY_MS)
    const group = new SessionGroup(nodeSql(database), () => clock)
    expect(group.claim(token('a', clock), name)).toMatchObject({ generation: 2, progress: null })
    expect(group.save(token('b', clock), [progress(name, 2, 7)])).toEqual([{ kind: 'saved', generation: 2 }])
  })
})

describe('the vault in SQLite', () => {
  it('has after a restart what it told to be saved', async () => {
    const file = newFile()
    const name = newName()
    const before = new SqliteVault(file, () => clock)
    await before.save([session(name, null)])
    // As after kill -9: nobody has closed it.
    const after = new SqliteVault(file, () => clock)
    expect(await after.claim(name)).toMatchObject({ kind: 'claimed', generation: 2 })
    expect(await before.save([session(name, 1)])).toEqual([{ kind: 'fenced' }])
    await before.close()
    await after.close()
  })

  it('shows neither Connection IDs nor keys to whoever reads the file', async () => {
    const file = newFile()
    const port = new VirtualPort()
    const state = port.endpoint.exportSession(port.connect(client()))
    if (!state) throw new Error('not exported')
    const seal = new SessionSeal(Buffer.alloc(32, 1))
    const [name = ''] = seal.namesOf(state.terms.ownCid)
    const vault = new SqliteVault(file)
    const sealed = seal.seal(state, 1)
    await vault.save([{ kind: 'state', name, generation: null, sealed, expiresAt: Date.now() + DAY_MS }])
    await vault.close()
    const [row] = new DatabaseSync(file).prepare('SELECT * FROM session').all()
    const shown = `${row?.name} ${Buffer.from(row?.sealed as Uint8Array).toString('hex')}`
    for (const secret of [state.terms.ownCid, state.keys.client.key, state.keys.server.key]) {
      expect(shown).not.toContain(secret.toString('hex'))
    }
  })

  it('goes on when what has expired cannot be swept, as on a full disk', async () => {
    const file = newFile()
    const vault = new SqliteVault(file, () => clock)
    const [old, kept] = [newName(), newName()]
    await vault.save([session(old, null)])
    new DatabaseSync(file).exec(
      `CREATE TRIGGER full BEFORE DELETE ON session BEGIN SELECT RAISE(ABORT, 'disk is full'); END`,
    )
    clock += 2 * DAY_MS

    expect(await vault.save([session(kept, null)])).toEqual([{ kind: 'saved', generation: 1 }])
    expect(await vault.claim(kept)).toMatchObject({ kind: 'claimed' })
    expect(await vault.claim(old)).toEqual({ kind: 'unknown' })
    await vault.close()
  })

  it('goes on with a file of before progress was saved', async () => {
    const file = newFile()
    const name = newName()
    const database = new DatabaseSync(file)
    database.exec(`CREATE TABLE session (
      name TEXT PRIMARY KEY, generation INTEGER NOT NULL, sealed BLOB NOT NULL, expires_at INTEGER NOT NULL
    ) WITHOUT ROWID; CREATE INDEX session_expiry ON session (expires_at); PRAGMA user_version = 1`)
    const insert = database.prepare('INSERT INTO session VALUES (?, 1, ?, ?)')
    insert.run(name, Buffer.from('sealed'), clock + DAY_MS)
    database.close()
    const vault = new SqliteVault(file, () => clock)
    expect(await vault.claim(name)).toMatchObject({ generation: 2, progress: null })
    expect(await vault.save([progress(name, 2, 7)])).toEqual([{ kind: 'saved', generation: 2 }])
    await vault.close()
  })

  it('is refused when a later version wrote it', () => {
    const file = newFile()
    new DatabaseSync(file).exec('PRAGMA user_version = 99')
    expect(() => new SqliteVault(file)).toThrow('later version')
  })
})

describe('a sealed session', () => {
  const port = new VirtualPort()
  const state = port.endpoint.exportSession(port.connect(client()))
  if (!state) throw new Error('not exported')
  const { ownCid } = state.terms
  const seal = new SessionSeal(Buffer.alloc(32, 1))

  it('opens for its Connection ID, under this key or as one of those before', () => {
    const sealed = seal.seal(state, 5)
    expect(seal.open(ownCid, sealed)).toEqual({ state, generation: 5 })
    const rotated = new SessionSeal(Buffer.alloc(32, 2), [Buffer.alloc(32, 1)])
    expect(rotated.open(ownCid, sealed)).toEqual({ state, generation: 5 })
    expect(rotated.namesOf(ownCid)).toContain(seal.namesOf(ownCid)[0])
    expect(new SessionSeal(Buffer.alloc(32, 2)).open(ownCid, sealed)).toBeUndefined()
    expect(seal.open(Buffer.alloc(8), sealed)).toBeUndefined()
  })

  it('does not open when any octet of it is another, or when it is cut', () => {
    const sealed = seal.seal(state, 5)
    for (let index = 0; index < sealed.length; index++) {
      const forged = Buffer.from(sealed)
      forged[index] = (forged[index] ?? 0) ^ 1
      expect(seal.open(ownCid, forged)).toBeUndefined()
      expect(seal.open(ownCid, sealed.subarray(0, index))).toBeUndefined()
    }
  })
})
