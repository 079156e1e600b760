import { beforeAll, expect, test } from 'vitest'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import { listAccounts } from './accounts.ts'

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const foreign = await makeTestAuthority(database, 'agency')

const add = (organisationId: string, email: string, displayName: string): Promise<unknown> =>
  database.asOwner(
    `insert into user_account (id, organisation_id, email, display_name, language, status, created_at) values (gen_random_uuid(), $1, $2, $3, 'vi', 'active', now())`,
    [organisationId, email, displayName],
  )
const find = async (search: string, limit = 100): Promise<string[]> =>
  (await authority.as({}, work => listAccounts(work, { search, limit }))).accounts.map(({ email }) => email)

beforeAll(async () => {
  await add(authority.organisationId, 'dao.thi@test.invalid', 'Nguyễn Thị Đào')
  await add(authority.organisationId, 'nguyen@test.invalid', 'Nguyễn Nguyên')
  await add(authority.organisationId, 'y.soc_01@test.invalid', 'SOC trực ca')
  await add(authority.organisationId, 'tanaka@test.invalid', '田中 ひなた')
  await add(authority.organisationId, 'yamada@test.invalid', 'ヤマダ')
  await add(authority.organisationId, 'b@mod.gov.test', "O'Brien (SOC/CERT) .NET")
  await add(foreign.organisationId, 'nguyen@foreign.invalid', 'Nguyễn Nơi Khác')
})

test.each([
  ['nguyen', ['dao.thi@test.invalid', 'nguyen@test.invalid'], 'without accents'],
  ['Nguyễn', ['dao.thi@test.invalid', 'nguyen@test.invalid'], 'with accents'],
  ['NGUYỄN T', ['dao.thi@test.invalid'], 'in capitals, the last word unfinished'],
  ['Đào', ['dao.thi@test.invalid'], 'a word within the name, of the account whose address begins so, once'],
  ['đào', ['dao.thi@test.invalid'], 'decomposed letters'],
  ['thi@test', ['dao.thi@test.invalid'], 'a part of the address'],
  ['01@', ['y.soc_01@test.invalid'], 'digits after a line'],
  ['y.soc_01@test.invalid', ['y.soc_01@test.invalid'], 'a whole address'],
  ['@mod.gov.test', ['b@mod.gov.test'], 'a domain with its sign'],
  ['.gov', ['b@mod.gov.test'], 'a part of a domain with its sign'],
  ['brien', ['b@mod.gov.test'], 'after an apostrophe'],
  ['cert', ['b@mod.gov.test'], 'after a stroke'],
  ['(soc', ['b@mod.gov.test'], 'with the bracket before it'],
  ['.net', ['b@mod.gov.test'], 'a name that begins with a point'],
  ['中', ['tanaka@test.invalid'], 'any letter of a name without spaces'],
  ['ひなた', ['tanaka@test.invalid'], 'hiragana'],
  ['ヒナ', ['tanaka@test.invalid'], 'katakana for hiragana'],
  ['やまだ', ['yamada@test.invalid'], 'hiragana for katakana'],
  ['ﾔﾏ', ['yamada@test.invalid'], 'half width'],
  ['uyen', [], 'letters within a word are no beginning'],
  ['%', [], 'a sign that is in no name'],
  ['net', ['b@mod.gov.test'], 'without its point'],
  ['zz', [], 'nobody'],
])('«%s» finds %j: %s', async (search, expected) => {
  expect(await find(search)).toEqual(expected)
})

test('blanks are no search', async () => {
  expect(await find('  ')).toEqual(
    await authority.as({}, async work => (await listAccounts(work, { limit: 100 })).accounts.map(({ email }) => email)),
  )
})

test('an account is found by its new name and no longer by the old one', async () => {
  await add(authority.organisationId, 'moved@test.invalid', 'Quách Cũ')
  await database.asOwner(`update user_account set display_name = 'Phùng Mới' where email = 'moved@test.invalid'`)
  expect([await find('quach'), await find('phung')]).toEqual([[], ['moved@test.invalid']])
})

test('page by page a search finds every account once, be they few or many, early or late', async () => {
  // More than are looked through first.
  await database.asOwner(
    `insert into user_account (id, organisation_id, email, display_name, language, status, created_at)
     select gen_random_uuid(), $1, 'k' || to_char(n, 'FM0000') || '@test.invalid', case when n % 700 = 3 then 'Kha Hiếm' else 'Kha Nhiều' end, 'vi', 'active', now()
     from generate_series(1, 1500) as n`,
    [authority.organisationId],
  )
  const walk = async (search: string, limit: number): Promise<string[]> => {
    const found: string[] = []
    let after: string | undefined
    do {
      const page = await authority.as({}, work => listAccounts(work, { search, after, limit }))
      found.push(...page.accounts.map(({ email }) => email))
      after = page.next ?? undefined
    } while (after !== undefined)
    return found
  }
  expect(await walk('kha hiem', 2)).toEqual(['k0003@test.invalid', 'k0703@test.invalid', 'k1403@test.invalid'])
  const many = await walk('kha', 200)
  expect([many.length, new Set(many).size]).toEqual([1500, 1500])
})

test("the server's role cannot write what is kept for searching", async () => {
  const attempt = authority.as({}, work => work.db.deleteFrom('accountSearch').execute())
  await expect(attempt).rejects.toMatchObject({ code: '42501' })
})
