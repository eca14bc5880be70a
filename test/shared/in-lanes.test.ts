/** Many things to do, some at a time. */
import { describe, expect, it } from 'vitest'
import { inLanes } from '../../shared/in-lanes.ts'

describe('lanes', () => {
  it('do each item once, in order, and no more at a time than there are lanes', async () => {
    const begun: number[] = []
    let atWork = 0
    let most = 0
    await inLanes(new Set([1, 2, 3, 4, 5, 6, 7]), 3, async (item) => {
      begun.push(item)
      most = Math.max(most, ++atWork)
      await Promise.resolve()
      atWork--
    })

    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(most).toBe(3)
  })

  it('have nothing to do with nothing', async () => {
    await inLanes([], 3, () => Promise.reject(new Error('there is no item')))
  })

  it('end with the first failure', async () => {
    const failing = inLanes([1, 2], 1, async (item) => Promise.reject(new Error(`${item}`)))

    await expect(failing).rejects.toThrow('1')
  })
})
