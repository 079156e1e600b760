import type { Unit } from 'luytre/capacity/people/people.api.ts'
import { expect, test } from 'vitest'
import {
  bodyOfEvent,
  defaultSaid,
  fieldOfEvent,
  newFounded,
  newValues,
  placeSaid,
  placesOf,
  withPlace,
  type EventValues,
  type Shown,
} from '#capacity/people/reorganise-form.ts'

const shown = {
  digest: 'as shown',
  posts: [
    { id: 'post-1', unitId: 'before' },
    { id: 'post-2', unitId: 'before' },
  ],
  parts: [{ id: 'part-1' }],
} as unknown as Shown
const units = [
  { id: 'a', code: 'A', name: { vi: 'Phòng A' } },
  { id: 'b', code: 'B', name: { vi: 'Phòng B' } },
] as unknown as Unit[]
const founded = { ...newFounded(), key: 'new', code: 'N', 'name.vi': 'Phòng mới' }

const split = (changes: Partial<EventValues>): EventValues => ({
  ...newValues('before'),
  kind: 'split',
  successorIds: 'a,b',
  founded: JSON.stringify([founded]),
  ...changes,
})
const places = (said: Record<string, string>): string => JSON.stringify(said)

test('successors to choose from are those that exist, then the new ones', () => {
  expect(placesOf(split({}), units, name => name.vi ?? '')).toEqual([
    { value: 'u:a', label: 'Phòng A (A)' },
    { value: 'u:b', label: 'Phòng B (B)' },
    { value: 'f:new', label: 'Phòng mới (N)' },
  ])
})

test.each([
  ['a,b', 2],
  ['b', 1],
  ['b,a,c', 3],
  ['', 0],
])('somebody who goes to the new unit goes there, with %j as the other successors', (successorIds, place) => {
  const body = bodyOfEvent(split({ successorIds, defaultSuccessor: 'f:new', places: places({ 'post.post-1': 'f:new' }) }), shown)
  expect(body.posts).toEqual([{ postId: 'post-1', successor: place, unitId: null, supervisorId: null }])
  expect(body.defaultSuccessor).toBe(place)
})

test('another supervisor goes with the place of the post, with everybody’s where none is said, and not with a post that ends', () => {
  const under = { 'supervisor.post-1': 'person-1', 'supervisor.post-2': 'person-2' }
  const bodyWith = (said: Record<string, string>, defaultSuccessor = 'f:new') =>
    bodyOfEvent(split({ defaultSuccessor, places: places({ ...under, ...said }) }), shown).posts
  expect(bodyWith({ 'post.post-1': 'u:a' })).toEqual([
    { postId: 'post-1', successor: 0, unitId: null, supervisorId: 'person-1' },
    { postId: 'post-2', successor: 2, unitId: null, supervisorId: 'person-2' },
  ])
  expect(bodyWith({ 'post.post-1': 'end' })[0]).toEqual({ postId: 'post-1', successor: null, unitId: null, supervisorId: null })
  expect(bodyWith({ 'post.post-1': 'u:c' }, '')).toEqual([{ postId: 'post-1', successor: null, unitId: 'c', supervisorId: 'person-1' }])
})

test('who stays in a unit that goes on gets another supervisor there', () => {
  const values = split({ predecessorIds: 'before', successorIds: 'a,before', places: places({ 'supervisor.post-1': 'person-1' }) })
  expect(bodyOfEvent(values, shown).posts).toEqual([{ postId: 'post-1', successor: 1, unitId: null, supervisorId: 'person-1' }])
})

test('what is wrong with a supervisor is said at the supervisor', () => {
  const values = split({ places: places({ 'post.post-2': 'u:a', 'supervisor.post-2': 'person-1' }) })
  expect(fieldOfEvent('posts.0.supervisorId', values, shown)).toBe('supervisor.post-2')
  expect(fieldOfEvent('posts.0.unitId', values, shown)).toBe('post.post-2')
})

test('a unit stays the same place when it is no longer a successor', () => {
  const said = places({ 'post.post-1': 'u:a', 'part.part-1': 'u:a' })
  expect(bodyOfEvent(split({ places: said }), shown)).toMatchObject({
    posts: [{ successor: 0, unitId: null }],
    parts: [{ unitId: 'part-1', successor: 0, parentId: null }],
  })
  expect(bodyOfEvent(split({ places: said, successorIds: 'b' }), shown)).toMatchObject({
    posts: [{ successor: null, unitId: 'a' }],
    parts: [{ unitId: 'part-1', successor: null, parentId: 'a' }],
  })
})

test('a new unit that was taken back takes nobody', () => {
  const values = split({ founded: '[]', defaultSuccessor: 'f:new', places: places({ 'post.post-1': 'f:new', 'post.post-2': 'end' }) })
  expect(placeSaid(values, 'post.post-1')).toBe('')
  expect(defaultSaid(values)).toBe('')
  expect(bodyOfEvent(values, shown)).toMatchObject({
    defaultSuccessor: null,
    posts: [{ postId: 'post-2', successor: null, unitId: null }],
  })
})

test('a choice that is taken back leaves nothing to save', () => {
  const chosen = split({ places: withPlace(split({}), 'post.post-1', 'u:a') })
  expect(placeSaid(chosen, 'post.post-1')).toBe('u:a')
  expect(withPlace(chosen, 'post.post-1', '')).toBe(split({}).places)
})

test('only what the preview shows is sent', () => {
  const said = places({ 'post.post-2': 'u:b', 'post.gone': 'u:b', 'part.gone': 'top', 'part.part-1': 'top' })
  const body = bodyOfEvent(split({ places: said }), shown)
  expect(body.posts.map(({ postId }) => postId)).toEqual(['post-2'])
  expect(body.parts).toEqual([{ unitId: 'part-1', successor: null, parentId: null }])
  expect(body.expectedPosts).toBe('as shown')
  expect(bodyOfEvent(split({ places: said }), undefined)).toMatchObject({ posts: [], parts: [], expectedPosts: '' })
})

test('what is dissolved has no successors, whatever was chosen before', () => {
  const values = split({ kind: 'dissolve', defaultSuccessor: 'u:a', places: places({ 'post.post-1': 'f:new', 'post.post-2': 'u:b' }) })
  expect(bodyOfEvent(values, shown)).toMatchObject({
    successorIds: [],
    founded: [],
    defaultSuccessor: null,
    posts: [{ postId: 'post-2', successor: null, unitId: 'b' }],
  })
})

test('everybody goes to the only successor without being told', () => {
  expect(bodyOfEvent(split({ kind: 'transfer', successorIds: 'a', founded: '[]' }), shown).defaultSuccessor).toBe(0)
})

test('a refusal names the field by what it is about', () => {
  const values = split({ places: places({ 'post.post-2': 'u:b', 'part.part-1': 'top' }) })
  const fieldOf = (path: string): string => fieldOfEvent(path, values, shown)
  expect(['founded.0.code', 'founded.0.name', 'posts.0.unitId', 'parts.0.parentId', 'posts', 'basis'].map(fieldOf)).toEqual([
    'founded.new.code',
    'founded.new.name',
    'post.post-2',
    'part.part-1',
    'posts',
    'basis',
  ])
})
