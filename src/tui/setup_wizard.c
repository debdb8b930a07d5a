#include "setup_parts.h"
void setup_open_wizard(struct studio *studio)
{
    (void)studio;
}
