#include "daemon/precompiled.h"
