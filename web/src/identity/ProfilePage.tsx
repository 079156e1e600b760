// STUB
export const ProfilePage = () => null
