import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../shared/octets.ts'
import { readPem, writePem } from '../../shared/pki/index.ts'
import { simulatedEid } from './card-issuer.ts'
import type { Send } from './esipa-client.ts'
import { httpSend } from './http-send.ts'
import { ScriptedEim } from './scripted-eim.ts'

const COMMAND = fileURLToPath(new URL('command.ts', import.meta.url))
const folder = mkdtempSync(path.join(tmpdir(), 'simulator-'))
const eim = new ScriptedEim('eim.example.com')
const hosts: (string | undefined)[] = []
let base = ''

const server = http.createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', async () => {
    hosts.push(request.headers.host)
    const body = new Uint8Array(Buffer.concat(parts))
    const answer = await eim.send({ path: request.url ?? '', headers: {}, body })
    response.writeHead(answer.status).end(answer.body)
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

async function simulate(...args: string[]): Promise<string[]> {
  const node = ['--disable-warning=ExperimentalWarning', COMMAND, '--url', base, '--folder', folder]
  const { stdout } = await promisify(execFile)(process.execPath, [...node, ...args])
  return stdout.trim().split('\n')
}

describe('npm run simulate', () => {
  it('enrols devices, lets each wake up once, and goes on where it stopped', async () => {
    const initial = ['--initial-eim', toHex(eim.addInitialEim())]
    const list = await simulate('--list', '--devices', '2', ...initial)
    const enrolments = list.map((line): unknown => JSON.parse(line))
    expect(enrolments).toMatchObject([
      { eid: simulatedEid(1), associations: [{ eimId: 'eim.example.com', counterValue: 0 }] },
      { eid: simulatedEid(2) },
    ])
    expect(readPem(readFileSync(path.join(folder, 'ci.pem'), 'utf8'))[0]?.label).toBe('CERTIFICATE')

    eim.queue.push(eim.package(simulatedEid(1), { psmoList: [{ listProfileInfo: {} }] }))
    const first = await simulate('--once', '--host', 'eim.example.com')
    expect(first.join('\n')).toMatch(
      /package\.executed octets=[0-9]+\n.*result\.delivered acknowledged=\[1\]/,
    )
    expect(first.at(-1)).toMatch(/wake_up\.ended reason=nothing-more enabled=[0-9]+$/)
    expect(new Set(hosts)).toEqual(new Set(['eim.example.com']))

    const kept = JSON.parse(readFileSync(path.join(folder, `${simulatedEid(1)}.json`), 'utf8')) as unknown
    expect(kept).toMatchObject({ state: { executions: [{ counterValue: 1 }], results: [] } })
  })

  it('associates devices with a key from a file', async () => {
    const key = path.join(folder, 'eim.pem')
    writeFileSync(key, writePem('PUBLIC KEY', eim.keys.subjectPublicKeyInfo))
    const [line = ''] = await simulate(
      '--list',
      '--first',
      '9',
      '--eim-id',
      'eim.example.com',
      '--eim-key',
      key,
    )
    expect(JSON.parse(line)).toMatchObject({
      eid: simulatedEid(9),
      associations: [{ eimId: 'eim.example.com', counterValue: 0 }],
    })
  })

  it('ends with an error when the eIM cannot be reached', async () => {
    const node = ['--disable-warning=ExperimentalWarning', COMMAND, '--folder', folder, '--once']
    const run = promisify(execFile)(process.execPath, [...node, '--url', 'http://127.0.0.1:9'])
    await expect(run).rejects.toMatchObject({ code: 1 })
  })
})

describe('httpSend', () => {
  it('rejects when nobody answers in time', async () => {
    const silent = http.createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    const send: Send = httpSend(url, { timeoutMs: 50 })
    await expect(send({ path: '/', headers: {}, body: new Uint8Array() })).rejects.toThrow(
      'no answer in time',
    )
    silent.closeAllConnections()
    await new Promise((resolve) => silent.close(resolve))
  })
})
