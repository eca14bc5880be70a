import { expect, it } from 'vitest'
import { MemoryVault, type SessionVault } from '../../../gateway/session-store/index.ts'
import { callVault, VaultChannel } from '../../../gateway/worker/vault-channel.ts'

const name = 'ab'.repeat(16)
const session = {
  kind: 'state' as const,
  name,
  generation: null,
  sealed: Buffer.from('sealed'),
  expiresAt: Date.now() + 86_400_000,
}

/** A worker's channel to a vault that can be made to fail. */
function open() {
  const kept = new MemoryVault()
  const disk = { isFull: false, calls: 0 }
  const vault: SessionVault = {
    remove: (sessions) => kept.remove(sessions),
    close: () => kept.close(),
    save: (sessions) => (disk.isFull ? Promise.reject(new Error('disk is full')) : kept.save(sessions)),
    claim: (wanted) => (disk.isFull ? Promise.reject(new Error('disk is full')) : kept.claim(wanted)),
  }
  const channel: VaultChannel = new VaultChannel(
    (id, call) => {
      disk.calls++
      callVault(vault, call).then(
        (result) => channel.settle(id, result, undefined),
        (error: unknown) => channel.settle(id, undefined, String(error)),
      )
    },
    () => undefined,
  )
  return { channel, disk }
}

it('gives back what the vault answers', async () => {
  const { channel } = open()
  expect(await channel.save([session])).toEqual([{ kind: 'saved', generation: 1 }])
  expect(await channel.claim(name)).toMatchObject({ kind: 'claimed', generation: 2 })
})

it('is not open from a call that failed until one is done', async () => {
  const { channel, disk } = open()
  expect(await channel.isOpen()).toBe(true)
  disk.isFull = true
  await expect(channel.save([session])).rejects.toThrow('disk is full')
  expect(await channel.isOpen()).toBe(false)
  disk.isFull = false
  expect(await channel.isOpen()).toBe(true)
  const { calls } = disk
  expect(await channel.isOpen()).toBe(true)
  expect(disk.calls).toBe(calls)
})
