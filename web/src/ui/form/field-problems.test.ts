import { createPerson, createUnit } from 'luytre/capacity/people/people.api.ts'
import { changeMyPassword } from 'luytre/platform/identity/identity.api.ts'
import { expect, test } from 'vitest'
import { fieldProblems } from '#ui/form/field-problems.ts'

test('an empty entry is needed, whatever else the schema says of it', async () => {
  const post = { unitId: '', title: '', supervisorId: null, roleCode: null, startsOn: '' }
  const problems = await fieldProblems(createPerson, { staffCode: null, name: '', reading: null, nameCulture: 'vi', email: null, post })
  expect(problems).toEqual([
    { path: 'name', code: 'required' },
    { path: 'post.unitId', code: 'required' },
    { path: 'post.startsOn', code: 'required' },
  ])
})

test('codes are those of the server, with their figures', async () => {
  expect(await fieldProblems(changeMyPassword, { current: 'x', next: 'short' })).toEqual([
    { path: 'next', code: 'too-short', params: { minimum: 15 } },
  ])
})

test('a name is needed in at least one language', async () => {
  expect(await fieldProblems(createUnit, { code: 'A', name: {}, parentId: null })).toEqual([{ path: 'name', code: 'required' }])
  expect(await fieldProblems(createUnit, { code: 'A', name: { ja: '課' }, parentId: null })).toEqual([])
})
