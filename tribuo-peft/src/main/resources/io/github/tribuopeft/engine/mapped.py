# Numbers of a file, as views of it: they keep it mapped into memory for as long as one of them is open. Types are those of c10/core/ScalarType.h.
class MappedFile(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # path: the bytes of the file's name in UTF-8, int64 [n]
  # numbers, int64 [4]: their type, the file's first byte that belongs to them, how many they are, and the width of one in bytes
  def read(self: __torch__.MappedFile,
    path: Tensor,
    place: Dict[str, Tensor]) -> Tensor:
    numbers = place["numbers"]
    type = annotate(int, torch.item(numbers[0]))
    begin = annotate(int, torch.item(numbers[1]))
    count = annotate(int, torch.item(numbers[2]))
    width = annotate(int, torch.item(numbers[3]))
    name = ""
    for i in range(torch.size(path, 0)):
      name = torch.add(name, torch.chr(annotate(int, torch.item(path[i]))))
    if torch.eq(torch.remainder(begin, width), 0):
      first = torch.floordiv(begin, width)
      return torch.slice(torch.from_file(name, False, first + count, dtype=type), 0, first)
    bytes = torch.slice(torch.from_file(name, False, begin + count * width, dtype=0), 0, begin)
    return torch.view_copy(torch.clone(bytes), dtype=type)
