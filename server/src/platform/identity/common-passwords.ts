// What people type first when a password is asked for, in the languages of this product and in English: habits, not
// anybody's passwords. Lower case, without accents and separators, as `guessable.ts` folds what it compares.

/** Ways along a keyboard, an alphabet or a syllabary; each is also gone backwards. */
export const walks: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  '00112233445566778899',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  // German and French keyboards.
  'qwertzuiop',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  // Column by column, and to and fro between two rows.
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'qawsedrftgyhujikolp',
  'a1b2c3d4e5f6g7h8i9',
  '1a2b3c4d5e6f7g8h9i',
  // The digits with the shift key, on American and on Japanese keyboards.
  '!@#$%^&*()',
  '!"#$%&\'()=',
  'aiueokakikukekosashisuseso',
  'あいうえおかきくけこさしすせそ',
  'いろはにほへとちりぬるを',
  'irohanihohetochirinuruwo',
]

const asList = (text: string): string[] => text.trim().split(/\s+/)

/** Words that make no secret, however many of them stand in a row. */
export const words: readonly string[] = [
  // Of the thing itself and of its first use.
  ...asList(`
    password passwort passphrase passcode passwd letmein opensesame changeme changeit welcome default secret topsecret
    login signin access admin administrator superuser root user guest test demo temp temporary trustno1 nopassword
    newpassword mypassword hello helloworld please whatever system server computer internet security cyber
    cybersecurity network office company manager
  `),
  // What people like.
  ...asList(`
    iloveyou loveyou love lovely forever princess sunshine monkey dragon master superman batman football baseball
    basketball soccer shadow michael jordan starwars pokemon naruto freedom flower summer winter spring autumn monday
    friday january december birthday happy lucky money family
  `),
  // Vietnamese.
  ...asList(`
    matkhau matkhaumoi matkhaucuatoi khongbiet khongcomatkhau taikhoan dangnhap quantri quantrivien nguoidung anhyeuem
    emyeuanh yeuem yeuanh toiyeuban toiyeuem yeumaimai mottinhyeu boyeucon meyeucon giadinh conyeume conyeubo hanhphuc
    maimai xinchao chaoban camon vietnam toiyeuvietnam vietnamvodich hanoi saigon hochiminh tphcm danang haiphong
    bimat baomat tuyetmat anninhmang antoanthongtin congty coquan vanphong sinhnhat bongda
  `),
  // Japanese, as written and in Latin letters.
  ...asList(`
    パスワード ぱすわーど あいことば 合言葉 暗証番号 秘密 ひみつ 管理者 pasuwaado pasuwado anshoubangou himitsu kanrisha aikotoba aishiteru daisuki
    愛してる 大好き こんにちは ありがとう さくら 日本 東京 konnichiwa arigatou arigato ohayou sakura nihon nippon japan tokyo osaka kyoto
    fujisan doraemon totoro pikachu neko tanjoubi kazoku
  `),
  // This product.
  ...asList(`
    luytre luytrelang luytrexanh
  `),
]
