/* registry: the central register of walks and issues. Its verbs are in verbs.c. */
#include "registry/verbs.h"

#include "core/base/log.h"
#include "core/base/sign.h"

int main(int argc, char **argv)
{
    static const struct verb_program program = {"registry", "registry.about",
                                                "lygte-registry", registry_verbs};
    log_set_program("registry");
    sign_start();
    return verb_main(&program, argc, argv);
}
