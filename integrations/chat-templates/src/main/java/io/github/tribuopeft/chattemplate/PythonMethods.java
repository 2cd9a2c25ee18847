package io.github.tribuopeft.chattemplate;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.lib.Importable;
import java.beans.FeatureDescriptor;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import jinjava.javax.el.PropertyNotWritableException;

/** Properties as Jinjava resolves them, but Python's methods of strings and dictionaries instead of Java methods. */
final class PythonMethods extends ELResolver {

    private static final ELResolver PROPERTIES = JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY;

    /** Methods by which Jinjava calls filters and tests. */
    private static final Set<String> IMPORTED = Set.of("filter", "evaluate", "evaluateNegated");

    @Override
    public Object invoke(ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
        if (base == null || method == null) {
            return null;
        }
        if (base instanceof Importable && IMPORTED.contains(method.toString())) {
            return PROPERTIES.invoke(context, base, method, types, arguments);
        }
        context.setPropertyResolved(true);
        if (base instanceof CharSequence text) {
            return new PythonString(text.toString()).call(method.toString(), arguments);
        }
        if (base instanceof Map<?, ?> map) {
            return call(map, method.toString(), arguments);
        }
        throw new TemplateException("unknown method '" + method + "'; values other than texts and maps have none");
    }

    private static Object call(Map<?, ?> map, String method, Object... arguments) {
        return switch (method) {
            case "items" -> map.entrySet();
            case "keys" -> map.keySet();
            case "values" -> map.values();
            case "get" ->
                map.containsKey(arguments[0]) ? map.get(arguments[0]) : arguments.length > 1 ? arguments[1] : null;
            default ->
                throw new TemplateException(
                        "unknown method '" + method + "' of a map; expected items, keys, values or get");
        };
    }

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
        return PROPERTIES.getValue(context, base, property);
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return PROPERTIES.getType(context, base, property);
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        throw new PropertyNotWritableException("'" + property + "' cannot be written");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
        return PROPERTIES.getFeatureDescriptors(context, base);
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return Object.class;
    }
}
