import { describe, expect, it } from 'vitest'
import { changedSearch, findRoute, matchPath } from '../../functions/console/browser/shell/route-match.ts'

describe('the addresses of the console', () => {
  it('gives the values of named parts', () => {
    const params = matchPath('/console/euiccs/:eid/trace/:id', '/console/euiccs/8904/trace/7')

    expect(params).toEqual({ eid: '8904', id: '7' })
  })

  it('does not care about a slash at the end', () => {
    expect(matchPath('/console', '/console/')).toEqual({})
  })

  it.each(['/console/euiccs', '/console/euiccs/8904/more', '/console/operations/8904'])(
    'does not take %s for a page of an eUICC',
    (path) => {
      expect(matchPath('/console/euiccs/:eid', path)).toBeUndefined()
    },
  )

  it('decodes what is encoded, and leaves what cannot be decoded', () => {
    expect(matchPath('/c/:name', '/c/a%20b')).toEqual({ name: 'a b' })
    expect(matchPath('/c/:name', '/c/%E0%A4')).toEqual({ name: '%E0%A4' })
  })

  it('finds the first route that fits', () => {
    const routes = [{ path: '/c/new' }, { path: '/c/:id' }]

    expect(findRoute(routes, '/c/new')?.route).toBe(routes[0])
    expect(findRoute(routes, '/c/1')).toEqual({ route: routes[1], params: { id: '1' } })
    expect(findRoute(routes, '/d')).toBeUndefined()
  })

  it('changes some values of a search and keeps the others', () => {
    expect(changedSearch('?a=1&b=2', { b: null, c: 'x y' })).toBe('?a=1&c=x+y')
    expect(changedSearch('?a=1', { a: '' })).toBe('')
  })
})
