#include "engine/ports.hpp"
