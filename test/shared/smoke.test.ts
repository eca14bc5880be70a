import { expect, it } from 'vitest'
it('runs in node', () => { expect(process.version).toMatch(/^v22/) })
