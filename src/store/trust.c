#include "trust.h"

#include <sys/stat.h>

/* A sticky folder (/tmp) keeps others from replacing what is not theirs. */
enum trust_verdict trust_judge_folder(const struct trust_facts *facts)
{
    if ((facts->folder_mode & S_ISVTX) != 0)
        return TRUST_OWN;
    if (facts->folder_owner != facts->user && facts->folder_owner != 0)
        return TRUST_FOREIGN_FOLDER;
    return (facts->folder_mode & (S_IWGRP | S_IWOTH)) != 0 ? TRUST_OPEN_FOLDER : TRUST_OWN;
}

static enum trust_verdict judge_own(const struct trust_facts *facts)
{
    enum trust_verdict folder = trust_judge_folder(facts);

    if (folder != TRUST_OWN)
        return folder;
    if (facts->file_owner != facts->user)
        return TRUST_FOREIGN_FILE;
    return (facts->file_mode & (S_IWGRP | S_IWOTH)) != 0 ? TRUST_OPEN_FILE : TRUST_OWN;
}

/* Sticky would keep a member from removing the log that another one left. */
bool trust_folder_is_shared(mode_t mode)
{
    return (mode & 07777) == TRUST_SHARED_FOLDER;
}

bool trust_key_is_shared(gid_t group, gid_t file_group, mode_t mode)
{
    return file_group == group && (mode & S_IRGRP) != 0 && (mode & 07117) == 0;
}

enum trust_verdict trust_judge(const struct trust_facts *facts)
{
    enum trust_verdict own = judge_own(facts);

    if (own == TRUST_OWN || !trust_folder_is_shared(facts->folder_mode) ||
        (facts->file_mode & 07777) != TRUST_SHARED_FILE || facts->file_group != facts->folder_group)
        return own;
    return facts->member ? TRUST_SHARED : TRUST_NO_MEMBER;
}
