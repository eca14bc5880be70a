/**
 * `npm run interop`: the gateway against programs nobody here wrote. Prints what each proved; what cannot be installed is
 * not run, and with CI=true that is a failure if it is in `expected.json`.
 */
import { readFileSync } from 'node:fs'
import { californium, mbedtls, pion } from './connection-id-peers.ts'
import { GatewayUnderTest } from './gateway-under-test.ts'
import { gnutls } from './gnutls.ts'
import { libcoap } from './libcoap.ts'
import { openssl } from './openssl.ts'
import type { Peer } from './peer.ts'
import { tshark } from './tshark.ts'

const PEERS: readonly Peer[] = [mbedtls, pion, californium, openssl, gnutls, libcoap, tshark]
const EXPECTED = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, readonly string[]>
>

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

const wanted = process.argv[2]
const tally = { passed: 0, failed: 0, notRun: 0 }
const rows: string[] = []

function fail(what: string, why: string): void {
  tally.failed++
  console.log(`FAILED ${what}\n${why}`)
}

async function runPeer(peer: Peer, gateway: GatewayUnderTest): Promise<void> {
  let version: string
  try {
    version = await peer.prepare()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    rows.push(`${peer.name.padEnd(26)} not run: ${reason.split('\n')[0]}`)
    const missing = EXPECTED[peer.name] ?? []
    if (process.env.CI === 'true' && missing.length > 0) fail(peer.name, `it ran before: ${reason}`)
    else tally.notRun += peer.cases.length
    return
  }
  const proven: string[] = []
  for (const { name, run } of peer.cases) {
    try {
      await run(gateway)
      tally.passed++
      proven.push(name)
    } catch (error) {
      fail(`${peer.name}: ${name}`, error instanceof Error ? error.message : String(error))
    }
  }
  rows.push(`${`${peer.name} ${version}`.padEnd(40)} ${proven.length}/${peer.cases.length}  ${peer.proves}`)
  const known = EXPECTED[peer.name] ?? []
  const gone = known.filter((name) => !peer.cases.some((each) => each.name === name))
  if (gone.length > 0) fail(peer.name, `these cases ran before: ${gone.join('; ')}`)
}

for (const { name, proves } of PEERS) {
  if (!README.includes(`| ${name} | ${proves} |`)) fail(name, 'the README says something else of it')
}
const gateway = await GatewayUnderTest.start()
try {
  for (const peer of PEERS) {
    if (wanted === undefined || peer.name.toLowerCase().includes(wanted)) await runPeer(peer, gateway)
  }
} finally {
  await gateway.stop()
}
console.log(`\n${rows.join('\n')}\n`)
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.notRun} skipped`)
process.exit(tally.failed > 0 ? 1 : 0)
